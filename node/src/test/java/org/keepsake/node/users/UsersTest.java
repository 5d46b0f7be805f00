package org.keepsake.node.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.security.idm.Account;
import io.undertow.security.idm.PasswordCredential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users files, good and bad. */
class UsersTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("users.xml"), content);
    }

    private Users users(String content) throws IOException {
        return Users.read(
                file("<?xml version='1.0'?>\n<tomcat-users xmlns='http://tomcat.apache.org/xml' version='1.0'>"
                        + content + "</tomcat-users>"));
    }

    private static @Nullable Account login(Users users, String name, String password) {
        return users.verify(name, new PasswordCredential(password.toCharArray()));
    }

    private static Set<String> roles(@Nullable Account account) {
        assertNotNull(account);
        return account.getRoles();
    }

    @Test
    void readsUsersWithTheirRolesAsTomcatDoes() throws IOException {
        Users users = users("""
                <role rolename="reader"/>
                <user username="alice" password="secret" roles="reader, writer"/>
                <user name="bob" password="pass" groups="staff"/>
                <group groupname="staff" roles="admin"/>
                """);
        assertEquals(Set.of("reader", "writer"), roles(login(users, "alice", "secret")));
        assertEquals(Set.of("admin"), roles(login(users, "bob", "pass")));
        assertNull(login(users, "alice", "Secret"));
        assertNull(login(users, "alice", ""));
        assertNull(login(users, "carol", "secret"));
    }

    @ParameterizedTest
    @CsvSource({"PBKDF2WithHmacSHA1, 160", "PBKDF2WithHmacSHA256, 256", "PBKDF2WithHmacSHA512, 512"})
    void knowsAPasswordByItsHash(String algorithm, int bits) throws Exception {
        byte[] salt = HexFormat.of().parseHex("0011223344556677");
        PBEKeySpec spec = new PBEKeySpec("secret".toCharArray(), salt, 1000, bits);
        byte[] hash =
                SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded();
        String stored = "0011223344556677$1000$" + HexFormat.of().formatHex(hash);
        Users users = users("<user username='alice' password='" + stored + "' roles='r'/>");
        for (int i = 0; i < 3; i++) {
            assertEquals(Set.of("r"), roles(login(users, "alice", "secret")));
            assertNull(login(users, "alice", "other"));
            assertNull(login(users, "alice", stored));
        }
    }

    @Test
    void takesAnAccountFromElsewhereForANameOnly() throws IOException {
        Users there = users("<user username='alice' password='a' roles='reader,admin'/>");
        Account account = login(there, "alice", "a");
        assertNotNull(account);
        assertEquals(
                Set.of("reader"),
                roles(users("<user username='alice' password='b' roles='reader'/>")
                        .verify(account)));
        assertNull(Users.none().verify(account));
    }

    @Test
    void saysInOneSentenceWhatIsWrong() throws IOException {
        assertWrong("users.xml line 2: <user> without password", "<user username='a' roles='r'/>");
        assertWrong("users.xml line 2: <user> without username", "<user password='a' roles='r'/>");
        assertWrong(
                "users.xml line 2: user a is in group g, which is not there",
                "<user username='a' password='p' groups='g'/>");
        assertWrong(
                "users.xml: user a is there twice",
                "<user username='a' password='p'/><user username='a' password='q'/>");
        assertWrong(
                "the password of user a has a hash of 2 bytes, of PBKDF2 it is 20, 32, 48 or 64",
                "<user username='a' password='00$1$0000'/>");
        assertWrong("users.xml line 2: <realm> is not known here", "<realm/>");
        assertWrong("users.xml line 2: is no well-formed XML", "<user");
        IOException absent = assertThrows(IOException.class, () -> Users.read(folder.resolve("absent.xml")));
        assertTrue(String.valueOf(absent.getMessage()).endsWith("absent.xml: does not exist"), absent.getMessage());
    }

    private void assertWrong(String expected, String content) {
        IOException wrong = assertThrows(IOException.class, () -> users(content));
        assertTrue(String.valueOf(wrong.getMessage()).endsWith(expected), wrong.getMessage());
    }

    @Test
    void fetchesNothingFromOutside() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "leaked");
        Path file = file("<!DOCTYPE tomcat-users [<!ENTITY x SYSTEM '" + secret.toUri()
                + "'>]>\n<tomcat-users><user username='a' password='p' roles='&x;'/></tomcat-users>");
        assertThrows(IOException.class, () -> Users.read(file));
    }
}
