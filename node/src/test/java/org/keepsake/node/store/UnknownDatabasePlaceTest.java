package org.keepsake.node.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import org.junit.jupiter.api.io.TempDir;

/** A database of which nothing is known but that it follows the standard. */
class UnknownDatabasePlaceTest extends JdbcContract {

    @TempDir
    private Path lib;

    @Override
    String url() {
        return "jdbc:other:mem:unknown;DB_CLOSE_DELAY=-1";
    }

    @Override
    ClassLoader drivers() {
        try {
            Path services = Files.createDirectories(lib.resolve("META-INF/services"));
            Files.writeString(services.resolve(Driver.class.getName()), OtherDriver.class.getName());
            return new URLClassLoader(
                    new URL[] {lib.toUri().toURL()}, getClass().getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** H2 by another name. */
    public static final class OtherDriver implements Driver {

        private final Driver driver = new org.h2.Driver();

        private static String real(String url) {
            return url.replace("jdbc:other:", "jdbc:h2:");
        }

        @Override
        public boolean acceptsURL(String url) {
            return url.startsWith("jdbc:other:");
        }

        @Override
        public Connection connect(String url, Properties info) throws SQLException {
            return driver.connect(real(url), info);
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
            return driver.getPropertyInfo(real(url), info);
        }

        @Override
        public int getMajorVersion() {
            return driver.getMajorVersion();
        }

        @Override
        public int getMinorVersion() {
            return driver.getMinorVersion();
        }

        @Override
        public boolean jdbcCompliant() {
            return driver.jdbcCompliant();
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            return driver.getParentLogger();
        }
    }
}
