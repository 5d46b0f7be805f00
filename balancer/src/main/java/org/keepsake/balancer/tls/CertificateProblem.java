package org.keepsake.balancer.tls;

import java.io.IOException;
import java.nio.file.Path;

/** A certificate or key cannot be used; the message names the file and says why, for the user. */
public final class CertificateProblem extends IOException {
    private static final long serialVersionUID = 1L;

    CertificateProblem(Path file, String why) {
        super("tls-certificate: " + file + ": " + why);
    }

    CertificateProblem(Path file, String why, Exception cause) {
        super("tls-certificate: " + file + ": " + why, cause);
    }
}
