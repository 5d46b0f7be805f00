package org.keepsake.balancer.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the certificate by the name a client asks for (RFC 6066, section 3), as nginx does: one with that name, else one
 * with a wildcard for it, else the first. Several may have the same names and keys of different types. Thread-safe; all
 * certificates can be replaced at any time.
 */
final class Certificates extends X509ExtendedKeyManager {

    /** By the alias that JSSE is told; with those before them, which handshakes under way may still ask for. */
    private volatile Map<String, ServerCertificate> byAlias = Map.of();

    private volatile List<String> aliases = List.of();
    private int generation;

    Certificates(List<ServerCertificate> certificates) {
        replace(certificates);
    }

    synchronized void replace(List<ServerCertificate> certificates) {
        generation++;
        Map<String, ServerCertificate> known = new HashMap<>();
        aliases.forEach(alias -> known.put(alias, certificate(alias)));
        List<String> added = new ArrayList<>();
        for (ServerCertificate certificate : certificates) {
            String alias = generation + "-" + added.size();
            known.put(alias, certificate);
            added.add(alias);
        }
        byAlias = known;
        aliases = added;
    }

    /** @param host in any case; empty when the client named none */
    @Nullable
    String alias(String keyType, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        List<String> all = aliases;
        for (String wanted : List.of(name, "*" + name.substring(Math.max(0, name.indexOf('.'))))) {
            for (String alias : all) {
                if (certificate(alias).names().contains(wanted)) {
                    return fitting(keyType, wanted, all);
                }
            }
        }
        return ofDefault(keyType, all);
    }

    private @Nullable String fitting(String keyType, String name, List<String> all) {
        for (String alias : all) {
            ServerCertificate certificate = certificate(alias);
            if (certificate.names().contains(name) && certificate.fits(keyType)) {
                return alias;
            }
        }
        return null;
    }

    /** Of those for the same names as the first. */
    private @Nullable String ofDefault(String keyType, List<String> all) {
        ServerCertificate first = certificate(all.get(0));
        for (String alias : all) {
            ServerCertificate certificate = certificate(alias);
            if (certificate.names().equals(first.names()) && certificate.fits(keyType)) {
                return alias;
            }
        }
        return null;
    }

    private ServerCertificate certificate(String alias) {
        ServerCertificate certificate = byAlias.get(alias);
        if (certificate == null) {
            throw new IllegalArgumentException("no certificate has the alias " + alias);
        }
        return certificate;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType, engine == null ? "" : askedFor(engine));
    }

    private static String askedFor(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return "";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return certificate(alias).chainArray();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return certificate(alias).key();
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType, "");
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases.stream()
                .filter(alias -> certificate(alias).fits(keyType))
                .toArray(String[]::new);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
