package org.keepsake.node.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds the driver of a database in {@code lib/}. {@link java.sql.DriverManager} does not do: it hands out no driver of a
 * class loader that its caller does not have.
 */
final class DatabaseDrivers {

    private static final System.Logger LOG = System.getLogger(DatabaseDrivers.class.getName());

    private DatabaseDrivers() {}

    /** @throws IOException if there is none that knows this kind of URL */
    static Driver of(String url, ClassLoader loader) throws IOException {
        Iterator<Driver> drivers = ServiceLoader.load(Driver.class, loader).iterator();
        while (true) {
            try {
                if (!drivers.hasNext()) {
                    throw new IOException("database " + JdbcUrl.withoutSecrets(url)
                            + ": no driver knows this URL; put the jar of its JDBC driver into lib/ beside app.jar");
                }
                Driver driver = drivers.next();
                if (takes(driver, url)) {
                    return driver;
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                LOG.log(Level.WARNING, "lib: a database driver cannot be used: {0}", e.getMessage());
            }
        }
    }

    private static boolean takes(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }
}
