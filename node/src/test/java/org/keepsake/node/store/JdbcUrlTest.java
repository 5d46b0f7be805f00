package org.keepsake.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcUrlTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5432/shop, jdbc:postgresql://db:5432/shop",
        "jdbc:postgresql://db/shop?user=u&password=secret, jdbc:postgresql://db/shop",
        "jdbc:postgresql://db/shop?password=se@cret&user=u, jdbc:postgresql://cret&user=u",
        "jdbc:postgresql:shop, jdbc:postgresql:shop",
        "jdbc:mysql://u:secret@db:3306/shop, jdbc:mysql://db:3306/shop",
        "jdbc:mysql://u:se@cr?et@db:3306/shop, jdbc:mysql://db:3306/shop",
        "'jdbc:mysql://(host=db,user=u,password=secret)/shop', jdbc:mysql://(...)/shop",
        "jdbc:oracle:thin:u/secret@//db:1521/shop, jdbc:oracle://db:1521/shop",
        "jdbc:h2:/var/lib/shop;USER=u;PASSWORD=secret, jdbc:h2:/var/lib/shop",
        "'jdbc:sqlserver://db:1433;user=u;password=secret', jdbc:sqlserver://db:1433",
    })
    void leavesSecretsOut(String url, String shown) {
        assertEquals(shown, JdbcUrl.withoutSecrets(url));
    }
}
