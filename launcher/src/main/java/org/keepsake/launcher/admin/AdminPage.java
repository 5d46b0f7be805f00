package org.keepsake.launcher.admin;

/** One path of the admin port. Called by several threads at once. */
public interface AdminPage {

    /** What there is. */
    AdminAnswer get();

    /**
     * Changes something.
     *
     * @param body at most 64 kB
     * @throws IllegalArgumentException with one sentence when the body cannot be; nothing is changed then
     */
    default AdminAnswer put(String body) {
        return AdminAnswer.plain(405, "this can only be read");
    }
}
