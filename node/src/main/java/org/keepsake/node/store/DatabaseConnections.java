package org.keepsake.node.store;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.agroal.api.AgroalPoolInterceptor;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration.TransactionIsolation;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Connections to one database, each used by one caller at a time and kept for the next. Thread-safe.
 *
 * <p>When one breaks, the others that are not in use go too: whatever ended it, they have most likely ended as well, and
 * each of them would cost an operation. So the first one after a restart of the database is a new one.
 */
final class DatabaseConnections implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(DatabaseConnections.class.getName());

    /** Shorter than what firewalls forget connections after. */
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(1);

    private final JdbcSettings settings;
    private final AgroalDataSource pool;

    /**
     * Whoever has one finds a connection, or room for one, in the pool. It would otherwise wait for others that do not get
     * one either, at full speed.
     */
    private final Semaphore permits;

    /** What is done with a connection. Every statement is a transaction of its own. */
    interface Work<T> {
        T on(Connection connection) throws SQLException, Unreachable;
    }

    /** Connects to nothing yet. */
    DatabaseConnections(JdbcSettings settings, Driver driver) throws IOException {
        this.settings = settings;
        this.permits = new Semaphore(settings.connections(), true);
        try {
            this.pool = AgroalDataSource.from(configuration(driver));
        } catch (SQLException e) {
            throw new IOException("database " + settings.describe() + ": " + said(e), e);
        }
    }

    private AgroalDataSourceConfigurationSupplier configuration(Driver driver) {
        return new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool
                        // Room for those that are on their way out.
                        .maxSize(2 * settings.connections())
                        .acquisitionTimeout(settings.timeout())
                        .reapTimeout(LONGEST_IDLE)
                        .exceptionSorter(e -> !SqlStates.isHarmless(e))
                        .addInterceptor(new NetworkTimeout(networkTimeout()))
                        .connectionFactoryConfiguration(factory -> login(factory, driver)));
    }

    private AgroalConnectionFactoryConfigurationSupplier login(
            AgroalConnectionFactoryConfigurationSupplier factory, Driver driver) {
        Dialect dialect = Dialect.of(settings.url());
        factory.connectionProviderClass(driver.getClass())
                .jdbcUrl(settings.url())
                .initialSql(dialect.sessionStart(settings.timeout()))
                .autoCommit(true);
        if (dialect != Dialect.STANDARD) {
            // A stricter default of the server would end statements that had to wait for another one.
            factory.jdbcTransactionIsolation(TransactionIsolation.READ_COMMITTED);
        }
        dialect.properties(networkTimeout()).forEach(factory::jdbcProperty);
        if (settings.user() != null) {
            factory.principal(new NamePrincipal(settings.user()));
        }
        if (settings.password() != null) {
            factory.credential(new SimplePassword(settings.password()));
        }
        return factory;
    }

    /** Somewhat longer than what the server is given for a statement, so that a slow one does not cost the connection. */
    private Duration networkTimeout() {
        return settings.timeout().multipliedBy(5).dividedBy(4);
    }

    /** Ends the wait for a server that stands still, and the connection with it. */
    private record NetworkTimeout(Duration timeout) implements AgroalPoolInterceptor {

        @Override
        public void onConnectionCreate(Connection connection) {
            try {
                // Past the pool, which would take it back when the connection is returned.
                connection.unwrap(Connection.class).setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "the driver has no time limit for an answer: {0}", e.getMessage());
            }
        }
    }

    <T> T use(Work<T> work) throws Unreachable {
        long millis = settings.timeout().toMillis();
        try {
            if (!permits.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                throw Unreachable.before(
                        "all %d connections are busy for %d ms".formatted(settings.connections(), millis), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Unreachable.before("interrupted", e);
        }
        try {
            return useOne(work);
        } finally {
            permits.release();
        }
    }

    private <T> T useOne(Work<T> work) throws Unreachable {
        Connection connection = open();
        try (connection) {
            return work.on(connection);
        } catch (SQLException e) {
            if (!SqlStates.isHarmless(e)) {
                pool.flush(FlushMode.GRACEFUL);
            }
            throw Unreachable.meanwhile(said(e), e);
        }
    }

    private Connection open() throws Unreachable {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw Unreachable.before(said(e), e);
        }
    }

    /** The first line of what a driver says; some repeat the URL. */
    String said(SQLException e) {
        String message = String.valueOf(e.getMessage()).strip().replace(settings.url(), settings.describe());
        return message.lines().findFirst().orElse(e.toString());
    }

    @Override
    public void close() {
        pool.close();
    }
}
