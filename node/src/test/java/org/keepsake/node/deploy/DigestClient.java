package org.keepsake.node.deploy;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers a DIGEST challenge with MD5 and {@code qop=auth} (RFC 7616). */
final class DigestClient {

    private DigestClient() {}

    static HttpResponse<String> get(Running app, String path, String challenge, String user, String password)
            throws Exception {
        String realm = value(challenge, "realm");
        String nonce = value(challenge, "nonce");
        String a1 = md5(user + ":" + realm + ":" + password);
        String a2 = md5("GET:" + path);
        String response = md5(a1 + ":" + nonce + ":00000001:abcdef:auth:" + a2);
        String header = ("Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", algorithm=MD5, qop=auth, "
                        + "nc=00000001, cnonce=\"abcdef\", response=\"%s\", opaque=\"%s\"")
                .formatted(user, realm, nonce, path, response, value(challenge, "opaque"));
        return app.get(path, "Authorization", header);
    }

    private static String value(String challenge, String name) {
        Matcher matcher = Pattern.compile(name + "=\"([^\"]*)\"").matcher(challenge);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String md5(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
