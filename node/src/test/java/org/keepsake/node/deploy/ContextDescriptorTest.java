package org.keepsake.node.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.SessionTrackingMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keepsake.node.session.SessionSettings;
import org.keepsake.node.session.settings.RecordSettings.Granularity;
import org.keepsake.node.session.settings.SessionManagerKind;

class ContextDescriptorTest {

    private static final SessionSettings NODE = SessionSettings.defaults("A");

    @TempDir
    Path folder;

    @Test
    void anApplicationWithoutOneHasTheSettingsOfItsNode() throws IOException {
        assertEquals(NODE, read().over(NODE));
        assertEquals(SessionCookie.UNSAID, read().around(SessionCookie.UNSAID));
    }

    @Test
    void theManagerOfMemcachedSessionManagerIsUnderstood() throws IOException {
        inside("""
                <?xml version='1.0' encoding='utf-8'?>
                <Context path="/shop" docBase="shop" reloadable="true">
                  <Manager className="de.javakaffee.web.msm.MemcachedBackupSessionManager"
                    memcachedNodes="m1:192.168.10.11:11211,m2:192.168.10.12:11211"
                    failoverNodes="m1"
                    sticky="TRUE"
                    sessionBackupAsync="true"
                    sessionBackupTimeout="100"
                    backupThreadCount="4"
                    lockingMode="uriPattern:/path1|/path2"
                    requestUriIgnorePattern=".*\\.(ico|png|gif|jpg|css|js)$"
                    sessionAttributeFilter="^(user|cart)$"
                    transcoderFactoryClass="de.javakaffee.web.msm.serializer.kryo.KryoTranscoderFactory"
                    copyCollectionsForSerialization="true"
                    customConverter="a.B, c.D"
                    storageKeyPrefix="static:shop,webappVersion"
                    enableStatistics="false"
                    maxActiveSessions="7"
                    expireSessionsOnShutdown="true"
                    replicationFilter=".*\\.gif"
                    sessionGranularity="session"/>
                </Context>
                """);
        SessionSettings shop = read().over(NODE);
        assertTrue(shop.sticky());
        assertTrue(shop.backup().async());
        assertEquals(Duration.ofMillis(100), shop.backup().timeout());
        assertEquals(4, shop.backup().threads());
        assertEquals("uriPattern:/path1|/path2", shop.locks().mode().toString());
        assertTrue(shop.requestUriIgnorePattern()
                .orElseThrow()
                .matcher("GET /shop/a.css")
                .matches());
        assertEquals(
                List.of(true, false),
                List.of(shop.records().replicates("user"), shop.records().replicates("x")));
        assertEquals("kryo", shop.records().transcoder());
        assertTrue(shop.records().copyCollections());
        assertEquals(List.of("a.B", "c.D"), shop.records().customConverters());
        assertEquals("static:shop,webappVersion", shop.records().keyPrefix().toString());
        assertEquals(false, shop.statistics());
        assertEquals(7, shop.heap().maxActive());
        assertTrue(shop.replication().expireOnShutdown());
        assertEquals(".*\\.gif", shop.replication().filter().orElseThrow().pattern());
        assertEquals(Granularity.SESSION, shop.records().granularity());
        assertEquals(NODE.stores(), shop.stores());
    }

    @Test
    void theManagerOfTomcatSwapsAsItSaysInSeconds() throws IOException {
        SessionSettings node =
                NODE.with(NODE.heap().withIdleSwap(Optional.of(Duration.ofHours(1)), Optional.of(Duration.ofHours(2))));
        inside("<Context><Manager maxIdleBackup='10'/></Context>");
        assertEquals(
                Optional.of(Duration.ofSeconds(10)), read().over(NODE).backup().maxIdle());
        inside("<Context><Manager maxIdleSwap='60' minIdleSwap='30'/></Context>");
        assertEquals(
                NODE.heap().withIdleSwap(Optional.of(Duration.ofSeconds(30)), Optional.of(Duration.ofMinutes(1))),
                read().over(node).heap());
        inside("<Context><Manager maxIdleSwap='-1' minIdleSwap='-1'/></Context>");
        assertEquals(NODE.heap(), read().over(node).heap());
    }

    @Test
    void theManagerOfTomcatTellsListenersWhereEachNodeHearsOfChanges() throws IOException {
        inside("<Context><Manager notifyListenersOnReplication='true'/></Context>");
        SessionSettings delta = NODE.with(SessionManagerKind.DELTA);
        assertTrue(read().over(delta).replication().notifyListeners());
        SessionSettings telling = delta.with(delta.replication().withNotifyListeners(true));
        inside("<Context><Manager notifyListenersOnReplication='false'/></Context>");
        assertEquals(delta, read().over(telling));
        assertEquals(NODE, read().over(NODE));
    }

    @ParameterizedTest
    @CsvSource({
        "de.javakaffee.web.msm.JavaSerializationTranscoderFactory, java",
        "de.javakaffee.web.msm.serializer.javolution.JavolutionTranscoderFactory, javolution",
        "de.javakaffee.web.msm.serializer.xstream.XStreamTranscoderFactory, xstream",
        "de.javakaffee.web.msm.serializer.json.JSONTranscoderFactory, flexjson",
    })
    void eachSerializerHasItsTranscoder(String factory, String transcoder) throws IOException {
        inside("<Context><Manager transcoderFactoryClass='" + factory + "'/></Context>");
        assertEquals(transcoder, read().over(NODE).records().transcoder());
    }

    @Test
    void theFileBesideTheApplicationCountsInsteadOfTheOneInside() throws IOException {
        inside("<Context><Manager sticky='true' lockingMode='all'/></Context>");
        Files.writeString(folder.resolve("shop.xml"), "<Context><Manager lockingMode='auto'/></Context>");
        SessionSettings shop = read().over(NODE);
        assertEquals("auto", shop.locks().mode().toString());
        assertEquals(false, shop.sticky());
    }

    @Test
    void theCookieIsNamedByTheContextFirstAndByTheDescriptorThen() throws IOException {
        inside("""
                <Context sessionCookieName="SHOP" sessionCookiePath="/" sessionTimeout="5" useHttpOnly="false">
                  <CookieProcessor sameSiteCookies="strict"/>
                </Context>
                """);
        SessionCookie web = new SessionCookie(
                Optional.of(20L),
                Optional.of("WEB"),
                Optional.empty(),
                Optional.of("/web"),
                Optional.of(true),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Set.of());
        SessionCookie both = read().around(web);
        assertEquals(Optional.of("SHOP"), both.name());
        assertEquals(Optional.of("/"), both.path());
        assertEquals(Optional.of(20L), both.timeoutMinutes());
        assertEquals(Optional.of(true), both.httpOnly());
        SessionCookie alone = read().around(SessionCookie.UNSAID);
        assertEquals(Optional.of(5L), alone.timeoutMinutes());
        assertEquals(Optional.of(false), alone.httpOnly());
        assertEquals(Map.of("SameSite", "strict"), alone.attributes());
    }

    @Test
    void withoutCookiesTheSessionIsInTheUrl() throws IOException {
        inside("<Context cookies='false'/>");
        assertEquals(
                Set.of(SessionTrackingMode.URL),
                read().around(SessionCookie.UNSAID).trackingModes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "<Manager sticky='maybe'/>; META-INF/context.xml: sticky: \"maybe\" is neither true nor false",
                "<Manager lockingMode='some'/>; META-INF/context.xml: lockingMode: locking mode \"some\": is not one of",
                "<Manager requestUriIgnorePattern='*'/>; META-INF/context.xml: requestUriIgnorePattern: \"*\" is no regular",
                "<Manager maxIdleSwap='soon'/>; META-INF/context.xml: maxIdleSwap: \"soon\" is not a number of seconds",
                "<Manager maxIdleSwap='1' minIdleSwap='2'/>; META-INF/context.xml: minIdleSwap: min idle swap 2000 ms: is longer",
                "<Manager backupThreadCount='0'/>; META-INF/context.xml: backupThreadCount: backup thread count 0: is not",
                "<Manager sessionBackupTimeout='1s'/>; sessionBackupTimeout: \"1s\" is not a number of milliseconds",
                "<Manager transcoderFactoryClass='x.Y'/>; transcoderFactoryClass: \"x.Y\" is none of memcached-session",
                "<Manager notifyListenersOnReplication='true'/>; notifyListenersOnReplication: notify listeners on replication: says nothing with session manager memcached",
                "<Manager storageKeyPrefix='path'/>; storageKeyPrefix: storage key prefix \"path\": is not one of",
            })
    void aMistakeNamesTheFileAndTheAttribute(String manager, String sentence) throws IOException {
        inside("<Context>" + manager + "</Context>");
        ContextDescriptor context = read();
        DeploymentFailed failure = assertThrows(DeploymentFailed.class, () -> context.over(NODE));
        assertTrue(String.valueOf(failure.getMessage()).contains(sentence), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "<Server/>; META-INF/context.xml: begins with <Server>, not with <Context>",
                "<Context>; META-INF/context.xml line 1",
                "<Context sessionTimeout='long'/>; META-INF/context.xml: sessionTimeout: \"long\" is not a number",
                "<Context cookies='no'/>; META-INF/context.xml: cookies: \"no\" is neither true nor false",
            })
    void aFileThatCannotBeReadIsNamed(String xml, String sentence) throws IOException {
        inside(xml);
        DeploymentFailed failure = assertThrows(DeploymentFailed.class, this::read);
        assertTrue(String.valueOf(failure.getMessage()).contains(sentence), failure.getMessage());
    }

    @Test
    void nothingOutsideOfTheFileIsRead() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "static:gotcha");
        inside("<!DOCTYPE Context [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>"
                + "<Context><Manager lockingMode='all'/>&x;</Context>");
        String all;
        try {
            all = read().over(NODE).toString();
        } catch (DeploymentFailed refused) {
            all = String.valueOf(refused.getMessage());
        }
        assertTrue(!all.contains("gotcha"), all);
    }

    private void inside(String xml) throws IOException {
        Files.createDirectories(folder.resolve("root/META-INF"));
        Files.writeString(folder.resolve("root/META-INF/context.xml"), xml);
    }

    private ContextDescriptor read() throws IOException {
        return ContextDescriptor.read(folder.resolve("shop.war"), folder.resolve("root"), "/shop");
    }
}
