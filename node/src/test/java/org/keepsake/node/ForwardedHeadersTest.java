package org.keepsake.node;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedHeadersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.9.9",
                "192.168.7.7",
                "169.254.1.1",
                "100.64.0.1",
                "::1",
                "fe80::1",
                "fd12::1"
            })
    void believesMachinesOfOurOwn(String address) throws Exception {
        assertTrue(ForwardedHeaders.isOurs(InetAddress.getByName(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:db8::1", "0.0.0.0"})
    void believesNobodyElse(String address) throws Exception {
        assertFalse(ForwardedHeaders.isOurs(InetAddress.getByName(address)));
    }
}
