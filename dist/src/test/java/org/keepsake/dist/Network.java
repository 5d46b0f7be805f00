package org.keepsake.dist;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Hosts made of network namespaces on one switch (a bridge in a namespace of its own), to which this host is wired too.
 *
 * <p>Their addresses are from the block for benchmarks (RFC 2544), which no real network uses. Needs root.
 */
final class Network implements AutoCloseable {

    /** One of the hosts; its number is the last part of its address. */
    record Host(String namespace, String address, String cable) {}

    private final String ip;
    private final String block = freeBlock();
    private final String prefix = "ks" + ProcessHandle.current().pid();
    private final String wire = prefix + "w";
    private final String hub = prefix + "s";
    private final List<Host> hosts = new ArrayList<>();

    private boolean wired;

    private Network(Path ip) {
        this.ip = ip.toString();
    }

    /** Whether this user may make such hosts on this machine. */
    static boolean possible() {
        try {
            of(0).close();
            return true;
        } catch (AssertionError refused) {
            System.out.println("  " + refused.getMessage());
            return false;
        }
    }

    /** The hosts are numbered from 1; this host is reachable at 254. */
    static Network of(int count) {
        Network network = new Network(Needs.program("ip", "the Debian package iproute2"));
        network.run("netns", "add", network.hub);
        try {
            network.build(count);
            return network;
        } catch (AssertionError e) {
            network.close();
            throw e;
        }
    }

    /** Tests that were killed leave their networks behind; of two that have the same addresses one is not reached. */
    private static String freeBlock() {
        List<String> taken = ownAddresses();
        List<String> free = IntStream.range(0, 128)
                .mapToObj(number -> "198.18." + (number * 2 + Product.FORK) + ".")
                .filter(block -> taken.stream().noneMatch(address -> address.startsWith(block)))
                .toList();
        return free.get(ThreadLocalRandom.current().nextInt(free.size()));
    }

    private static List<String> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (SocketException e) {
            throw new AssertionError("the addresses of this host cannot be listed", e);
        }
    }

    Host host(int number) {
        return hosts.get(number - 1);
    }

    /** The command that runs another one on a host. */
    List<String> on(Host host, List<String> command) {
        List<String> all = new ArrayList<>(List.of(ip, "netns", "exec", host.namespace()));
        all.addAll(command);
        return all;
    }

    /** Pulls the host's cable out of the switch: it sees no carrier, and no packet passes. */
    void unplug(Host host) {
        run("-n", hub, "link", "set", host.cable(), "down");
    }

    void plug(Host host) {
        run("-n", hub, "link", "set", host.cable(), "up");
    }

    /** Cuts the link between these hosts, and no other: each still reaches everything else. */
    void part(Host... apart) {
        isolate("on", apart);
    }

    void join(Host... apart) {
        isolate("off", apart);
    }

    /** Ports of a switch that are isolated exchange no packet with each other, broadcasts included. */
    private void isolate(String how, Host... apart) {
        for (Host host : apart) {
            run("-n", hub, "link", "set", host.cable(), "type", "bridge_slave", "isolated", how);
        }
    }

    @Override
    public void close() {
        // A namespace takes its cables along only some time after it was deleted; the next network has one of this
        // name.
        if (wired) {
            run("link", "del", wire);
        }
        hosts.forEach(host -> run("netns", "del", host.namespace()));
        run("netns", "del", hub);
    }

    private void build(int count) {
        run("-n", hub, "link", "add", "switch", "type", "bridge");
        run("-n", hub, "link", "set", "switch", "up");
        run("link", "add", wire, "type", "veth", "peer", "name", "here", "netns", hub);
        wired = true;
        connect("here");
        run("address", "add", block + "254/24", "dev", wire);
        run("link", "set", wire, "up");
        for (int number = 1; number <= count; number++) {
            add(number);
        }
    }

    private void add(int number) {
        Host host = new Host(prefix + "h" + number, block + number, "cable" + number);
        String namespace = host.namespace();
        run("netns", "add", namespace);
        hosts.add(host);
        run("-n", namespace, "link", "set", "lo", "up");
        run("-n", namespace, "link", "add", "eth0", "type", "veth", "peer", "name", host.cable(), "netns", hub);
        connect(host.cable());
        run("-n", namespace, "address", "add", host.address() + "/24", "dev", "eth0");
        run("-n", namespace, "link", "set", "eth0", "up");
        run("-n", namespace, "route", "add", "default", "via", block + "254");
    }

    private void connect(String cable) {
        run("-n", hub, "link", "set", cable, "master", "switch");
        run("-n", hub, "link", "set", cable, "up");
    }

    private void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(ip));
        command.addAll(List.of(arguments));
        Command.run(command);
    }
}
