package org.keepsake.node.users;

import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.DigestCredential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The users of one node, the same for all its applications. Immutable and thread-safe.
 *
 * <p>An account that comes from elsewhere, such as a session that began on another node, is only a name: its roles are
 * looked up here, so a user who was taken out of the file, or lost a role, is refused wherever he logged in.
 */
public final class Users implements IdentityManager {

    private final Map<String, Known> known;

    /** Asked in vain when there is no such user, so that the answer takes as long as for a wrong password. */
    private final StoredPassword nobodys;

    private record Known(User user, StoredPassword password) {}

    private Users(Map<String, Known> known) {
        this.known = Map.copyOf(known);
        this.nobodys =
                known.values().stream().map(Known::password).findFirst().orElseGet(() -> StoredPassword.parse(""));
    }

    /** Nobody at all. */
    public static Users none() {
        return new Users(Map.of());
    }

    /**
     * Reads a file in the form of Tomcat's {@code tomcat-users.xml}: {@code <user username= password= roles= groups=>},
     * {@code <group groupname= roles=>} and {@code <role rolename=>}.
     *
     * @throws IOException with one sentence that names the file, the line and what is wrong there
     */
    public static Users read(Path file) throws IOException {
        Map<String, Known> known = new HashMap<>();
        for (UsersFile.Entry entry : UsersFile.read(file)) {
            User user = new User(entry.name(), entry.roles());
            if (known.putIfAbsent(entry.name(), new Known(user, entry.password())) != null) {
                throw new IOException("users file " + file + ": user " + entry.name() + " is there twice");
            }
        }
        return new Users(known);
    }

    /** Whether nobody can log in. */
    public boolean isEmpty() {
        return known.isEmpty();
    }

    @Override
    public @Nullable Account verify(Account account) {
        Known same = known.get(account.getPrincipal().getName());
        return same == null ? null : same.user();
    }

    @Override
    public @Nullable Account verify(String name, Credential credential) {
        Optional<Known> found = Optional.ofNullable(known.get(name));
        if (credential instanceof PasswordCredential password) {
            boolean right = found.map(Known::password).orElse(nobodys).matches(password.getPassword());
            return right ? found.map(Known::user).orElse(null) : null;
        }
        if (credential instanceof DigestCredential digest) {
            return found.filter(user -> matches(user, digest)).map(Known::user).orElse(null);
        }
        return null;
    }

    /** RFC 7616, section 3.4.2; only a plain password can answer it. */
    private static boolean matches(Known known, DigestCredential digest) {
        Optional<String> plain = known.password().plain();
        if (plain.isEmpty() || digest.getAlgorithm().isSession()) {
            return false;
        }
        String a1 = known.user().name() + ":" + digest.getRealm() + ":" + plain.get();
        try {
            MessageDigest hash = MessageDigest.getInstance(digest.getAlgorithm().getAlgorithm());
            String hex = HexFormat.of().formatHex(hash.digest(a1.getBytes(StandardCharsets.UTF_8)));
            return digest.verifyHA1(hex.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            return false;
        }
    }

    /** Nobody proves who he is by anything but a name and what only he knows. */
    @Override
    public @Nullable Account verify(Credential credential) {
        return null;
    }
}
