package org.keepsake.balancer;

import io.undertow.util.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.keepsake.balancer.rotation.Peer;

/**
 * The cookie that names an upstream: a keyed digest of its name (HMAC-SHA256, RFC 2104), so that clients learn nothing of
 * the servers and can make up nothing. Thread-safe.
 */
final class StickyCookie {
    private static final String MAC = "HmacSHA256";
    private static final int RANDOM_KEY = 32;
    private static final int TOKEN_BYTES = 16;

    /** Names that are not used any more are forgotten then, together with the others. */
    private static final int MANY = 10_000;

    private final String name;
    private final SecretKeySpec key;

    /** By the name of the upstream. */
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    /** @param secret the same on all balancers, so that each knows the cookies of the others; empty for one that nobody knows */
    StickyCookie(String name, String secret) {
        this.name = name;
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            bytes = new byte[RANDOM_KEY];
            new SecureRandom().nextBytes(bytes);
        }
        this.key = new SecretKeySpec(bytes, MAC);
    }

    /** The names of the upstreams that the cookies of a request stand for. */
    List<String> owners(HeaderMap headers, List<Peer> peers) {
        List<String> values = Cookies.values(headers, name);
        return values.isEmpty()
                ? List.of()
                : peers.stream()
                        .map(Peer::name)
                        .filter(upstream -> values.contains(token(upstream)))
                        .toList();
    }

    /** The value of {@code Set-Cookie} that binds a client to an upstream. */
    String bind(String upstream, boolean secure) {
        return name + "=" + token(upstream) + "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    private String token(String upstream) {
        if (tokens.size() > MANY) {
            tokens.clear();
        }
        return tokens.computeIfAbsent(upstream, this::digest);
    }

    private String digest(String upstream) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            byte[] digest = mac.doFinal(upstream.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, TOKEN_BYTES);
        } catch (NoSuchAlgorithmException | InvalidKeyException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
