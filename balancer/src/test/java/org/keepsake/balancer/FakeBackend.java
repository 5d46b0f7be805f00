package org.keepsake.balancer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.keepsake.balancer.rotation.Upstream;

/** A backend that does what its script says, well-formed or not. */
final class FakeBackend implements AutoCloseable {
    private final ServerSocket server;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final boolean readBodies;

    /** Answers one request; an exception closes the connection. */
    interface Script {
        void answer(Request request, Wire wire) throws IOException;
    }

    /** A request with its body, as it came, and the fields behind that. */
    record Request(HttpReader.Head head, String body, List<String> trailers) {
        String method() {
            return head.start().split(" ", 3)[0];
        }

        String target() {
            return head.start().split(" ", 3)[1];
        }

        @Nullable
        String header(String name) {
            return head.header(name);
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** The connection as the script sees it. */
    static final class Wire {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        private Wire(Socket socket, InputStream in) throws IOException {
            this.socket = socket;
            this.in = in;
            this.out = socket.getOutputStream();
        }

        InputStream in() {
            return in;
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        void ok(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        void close() throws IOException {
            socket.close();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Never answers: waits until the other side goes away. */
        void hang() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private FakeBackend(InetSocketAddress address, Script script, boolean readBodies) throws IOException {
        this.server = new ServerSocket();
        this.server.setReuseAddress(true);
        this.server.bind(address, 1024);
        this.script = script;
        this.readBodies = readBodies;
        daemon(this::accept);
    }

    static FakeBackend start(Script script) throws IOException {
        return new FakeBackend(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), script, true);
    }

    /** One whose script reads the body itself. */
    static FakeBackend leavingBodies(Script script) throws IOException {
        return new FakeBackend(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), script, false);
    }

    static FakeBackend startAt(InetSocketAddress address, Script script) throws IOException {
        return new FakeBackend(address, script, true);
    }

    /** One that answers every request with its name. */
    static FakeBackend saying(String name) throws IOException {
        return start((request, wire) -> wire.ok(name));
    }

    private static void daemon(Runnable run) {
        Thread thread = new Thread(run, "fake-backend");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                if (server.isClosed()) {
                    // It slipped in while the port was being closed; the dead do not answer.
                    socket.close();
                    return;
                }
                accepted.incrementAndGet();
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            HttpReader reader = new HttpReader(in);
            Wire wire = new Wire(socket, in);
            HttpReader.Head head;
            while (!socket.isClosed() && (head = reader.head()) != null) {
                String body = readBodies ? text(reader.body(head, false)) : "";
                Request request = new Request(head, body, reader.trailers());
                requests.add(request);
                script.answer(request, wire);
                served.incrementAndGet();
            }
        } catch (IOException e) {
            // The other side went away, which most tests want it to at some time.
        } finally {
            open.remove(socket);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    Upstream upstream(String name) {
        return new Upstream(name, address(), name, 1, false);
    }

    List<Request> requests() {
        return requests;
    }

    Request onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError("not one request but " + requests.size());
        }
        return requests.get(0);
    }

    int accepted() {
        return accepted.get();
    }

    int served() {
        return served.get();
    }

    int openConnections() {
        return open.size();
    }

    /** Dies as a killed process does on a busy host: the port is gone and every connection is reset. */
    void kill() throws IOException {
        server.close();
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (SocketException e) {
                // Its own thread may have been faster.
                if (!socket.isClosed()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** Answers when the test says so. */
    static Script after(CountDownLatch latch, String body) {
        return (request, wire) -> {
            await(latch);
            wire.ok(body);
        };
    }

    /** Lets a script wait for the test. */
    static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new IOException("the test did not go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
