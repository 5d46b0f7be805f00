package org.keepsake.launcher.cluster;

/** How members find each other. */
public enum Discovery {
    /** By datagrams to a multicast group, as Tomcat's McastService does. */
    MULTICAST,
    /** By a list of addresses that the user gives. */
    STATIC
}
