package org.keepsake.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.keepsake.balancer.gate.GateSettings;
import org.keepsake.balancer.gate.Rate;

/** Who may not ask, and who sends too much. */
// Text blocks end their lines without CR, and here every byte counts.
@SuppressWarnings("StringConcatToTextBlock")
final class RefusalTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: site\r\n\r\n";

    private static BalancerConfig with(GateSettings gate) {
        return Balancers.config().withGate(gate);
    }

    private static BalancerConfig sized(long most) {
        return with(new GateSettings(List.of(), List.of(), Optional.empty(), most));
    }

    private static String from(String client) {
        return "GET / HTTP/1.1\r\nHost: site\r\nX-Forwarded-For: " + client + "\r\n\r\n";
    }

    @Test
    void refusesWhoIsDenied() throws IOException {
        BalancerConfig config = with(new GateSettings(List.of(), List.of("192.0.2.0/24"), Optional.empty(), 0));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer trusting =
                        Balancers.start(config.withTrustedProxies(List.of("127.0.0.1")), backend.upstream("A"));
                Balancer wary = Balancers.start(config, backend.upstream("A"));
                RawClient client = new RawClient(trusting.address());
                RawClient other = new RawClient(wary.address())) {
            assertEquals(403, client.send(from("192.0.2.7")).response().status());
            assertEquals(200, client.send(from("192.0.3.7")).response().status());
            assertEquals(200, other.send(from("192.0.2.7")).response().status());
            assertEquals(2, backend.requests().size());
        }
    }

    @Test
    void refusesWhoAsksTooOften() throws IOException {
        BalancerConfig config = with(new GateSettings(List.of(), List.of(), Optional.of(Rate.parse("1/h,burst=2")), 0));
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(config, backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            assertEquals(200, client.send(GET).response().status());
            assertEquals(200, client.send(GET).response().status());
            RawClient.Response refused = client.send(GET).response();
            assertEquals(429, refused.status());
            int seconds = Integer.parseInt(String.valueOf(refused.header("Retry-After")));
            assertTrue(seconds > 3500 && seconds <= 3600, "Retry-After: " + seconds);
            assertEquals(2, backend.requests().size());
        }
    }

    @Test
    void refusesABodyThatSaysItIsTooLarge() throws IOException {
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok("got " + request.body()));
                Balancer balancer = Balancers.start(sized(10), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address());
                RawClient other = new RawClient(balancer.address())) {
            assertEquals("got 0123456789", client.send(post(10)).response().body());
            RawClient.Response refused = other.send(post(11)).response();
            assertEquals(413, refused.status());
            assertTrue(other.closed());
            assertEquals(1, backend.requests().size());
        }
    }

    private static String post(int length) {
        return "POST / HTTP/1.1\r\nHost: site\r\nContent-Length: " + length + "\r\n\r\n"
                + "0123456789x".substring(0, length);
    }

    @Test
    void refusesABodyInChunksThatBecomesTooLarge() throws IOException {
        String head = "POST / HTTP/1.1\r\nHost: site\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (FakeBackend backend = FakeBackend.start((request, wire) -> wire.ok("got " + request.body()));
                Balancer balancer = Balancers.start(sized(10), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address());
                RawClient other = new RawClient(balancer.address())) {
            assertEquals(
                    "got 0123456789",
                    client.send(head + "a\r\n0123456789\r\n0\r\n\r\n")
                            .response()
                            .body());
            other.send(head + "5\r\n01234\r\n").send("6\r\n567890\r\n");
            assertEquals(413, other.response().status());
            assertTrue(other.closed());
            assertEquals(1, backend.requests().size(), "the rest never came, so it is none");
        }
    }

    @Test
    void closesTheConnectionOfOneWhoIsDeniedAndCannotBeRead() throws IOException {
        GateSettings gate = new GateSettings(List.of(), List.of("127.0.0.1"), Optional.empty(), 0);
        try (FakeBackend backend = FakeBackend.saying("hello");
                Balancer balancer = Balancers.start(Balancers.config().withGate(gate), backend.upstream("A"));
                RawClient client = new RawClient(balancer.address())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
            assertEquals(501, client.response().status());
            assertTrue(client.closed());
        }
    }
}
