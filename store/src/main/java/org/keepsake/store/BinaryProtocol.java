package org.keepsake.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The binary protocol as memcached 1.6 speaks it (protocol_binary.h). Used by one event loop. */
final class BinaryProtocol extends CommandLoop {

    private static final int MAX_MECHANISM = 32;
    private static final byte[] VERSION = StatsReport.VERSION.getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] AUTHENTICATED = "Authenticated".getBytes(StandardCharsets.ISO_8859_1);

    private final BinaryAnswers answers;
    private final SaslPlain sasl;

    BinaryProtocol(Server server, Output output) {
        super(server, output);
        this.answers = new BinaryAnswers(output);
        this.sasl = new SaslPlain(server.config.credentials());
    }

    @Override
    int readCommand(byte[] input, int from, int to) throws IOException {
        if (input[from] != BinaryRequest.MAGIC) {
            finish();
            return from;
        }
        if (to - from < BinaryRequest.HEADER) {
            return from;
        }
        BinaryRequest request = BinaryRequest.read(input, from);
        if (to - from < request.length()) {
            return from;
        }
        answers.to(request);
        check(request);
        return from + request.length();
    }

    private void check(BinaryRequest request) throws IOException {
        if (request.overflows()) {
            refuseAndFinish(Status.UNKNOWN_COMMAND);
        } else if (!sasl.authenticated() && !request.opcode.open()) {
            refuseAndFinish(Status.AUTHENTICATION_ERROR);
        } else if (!request.wellFormed()) {
            refuseAndFinish(Status.INVALID);
        } else {
            execute(request);
        }
    }

    private void refuseAndFinish(Status status) throws IOException {
        answers.status(status);
        finish();
    }

    private void execute(BinaryRequest request) throws IOException {
        switch (request.opcode) {
            case GET -> get(request, cache.get(request.key()), false);
            case GETK -> get(request, cache.get(request.key()), true);
            case GAT -> get(request, touched(request), false);
            case GATK -> get(request, touched(request), true);
            case TOUCH -> touch(touched(request));
            case SET -> store(request, StorageMode.SET);
            case ADD -> store(request, StorageMode.ADD);
            case REPLACE -> store(request, StorageMode.REPLACE);
            case APPEND -> store(request, StorageMode.APPEND);
            case PREPEND -> store(request, StorageMode.PREPEND);
            case DELETE -> delete(request);
            case INCREMENT, DECREMENT -> arithmetic(request);
            case FLUSH -> flush(request);
            case STAT -> stat(request);
            case VERBOSITY -> verbosity(request);
            case VERSION -> answers.success(VERSION, 0);
            case NOOP -> answers.success(0);
            case QUIT -> quit(request);
            case SASL_LIST_MECHS, SASL_AUTH, SASL_STEP -> authenticate(request);
            case UNKNOWN -> refuseAndSwallow(Status.UNKNOWN_COMMAND, request);
        }
    }

    /** The value passes unread, and the next request is understood. */
    private void refuseAndSwallow(Status status, BinaryRequest request) throws IOException {
        answers.status(status);
        swallow(request.valueIsSmall() ? 0 : request.valueLength());
    }

    private @Nullable Item touched(BinaryRequest request) {
        return cache.touch(request.key(), request.exptime(0));
    }

    private void get(BinaryRequest request, @Nullable Item item, boolean withKey) throws IOException {
        if (item != null) {
            answers.item(item, withKey, true);
        } else if (!request.quiet && withKey) {
            answers.missing(request.key());
        } else if (!request.quiet) {
            answers.status(Status.NOT_FOUND);
        }
    }

    private void touch(@Nullable Item item) throws IOException {
        if (item == null) {
            answers.status(Status.NOT_FOUND);
        } else {
            answers.item(item, false, false);
        }
    }

    private void store(BinaryRequest request, StorageMode command) throws IOException {
        boolean joins = command == StorageMode.APPEND || command == StorageMode.PREPEND;
        StorageMode mode = joins || request.casUnique == 0 ? command : StorageMode.CAS;
        Key key = request.key();
        if (!admits(mode, key, request.valueLength(), 0)) {
            answers.status(Status.TOO_LARGE);
            return;
        }
        int flags = request.extrasInt(0);
        long exptime = joins ? 0 : request.exptime(4);
        int length = (int) request.valueLength();
        receive(Upload.ofPacket(mode, key, flags, exptime, length, request.casUnique, request.quiet));
    }

    @Override
    void refuseForMemory(Upload received) throws IOException {
        answers.status(Status.NO_ROOM_FOR_ITEM);
    }

    @Override
    void complete(Upload received) throws IOException {
        Stored stored = received.storeIn(cache);
        switch (stored.result()) {
            case STORED -> {
                if (!received.noreply) {
                    answers.success(stored.cas());
                }
            }
            case EXISTS -> answers.status(Status.EXISTS);
            case NOT_FOUND -> answers.status(Status.NOT_FOUND);
            case NOT_STORED -> answers.status(notStored(received.mode));
        }
    }

    private static Status notStored(StorageMode mode) {
        return switch (mode) {
            case ADD -> Status.EXISTS;
            case REPLACE -> Status.NOT_FOUND;
            default -> Status.NOT_STORED;
        };
    }

    private void delete(BinaryRequest request) throws IOException {
        switch (cache.delete(request.key(), request.casUnique)) {
            case DELETED -> succeed(request);
            case NOT_FOUND -> answers.status(Status.NOT_FOUND);
            case EXISTS -> answers.status(Status.EXISTS);
        }
    }

    private void succeed(BinaryRequest request) throws IOException {
        if (!request.quiet) {
            answers.success(0);
        }
    }

    private void arithmetic(BinaryRequest request) throws IOException {
        boolean increment = request.opcode == Opcode.INCREMENT;
        long initial = request.extrasLong(8);
        Delta delta = new Delta(increment, request.extrasLong(0), request.casUnique, initial, request.exptime(16));
        Arithmetic result = cache.add(request.key(), delta);
        switch (result.status()) {
            case DONE -> {
                if (!request.quiet) {
                    answers.success(
                            ByteBuffer.allocate(Long.BYTES)
                                    .putLong(result.value())
                                    .array(),
                            result.cas());
                }
            }
            case NOT_FOUND -> answers.status(Status.NOT_FOUND);
            case EXISTS -> answers.status(Status.EXISTS);
            case NON_NUMERIC -> answers.status(Status.NON_NUMERIC);
        }
    }

    private void flush(BinaryRequest request) throws IOException {
        cache.flushAll(request.exptime(0));
        succeed(request);
    }

    /** The statistics, one an answer, and an empty answer behind. */
    private void stat(BinaryRequest request) throws IOException {
        String section = new String(request.key().bytes(), StandardCharsets.ISO_8859_1);
        StatsReport report = new StatsReport(server);
        if (section.equals("reset")) {
            server.statistics.reset();
        } else if (!report.add(section)) {
            answers.status(Status.NOT_FOUND);
            return;
        }
        for (StatsReport.Statistic statistic : report.statistics()) {
            answers.statistic(statistic.name(), statistic.value());
        }
        answers.success(0);
    }

    private void verbosity(BinaryRequest request) throws IOException {
        server.setVerbosity((int) Math.min(request.exptime(0), Integer.MAX_VALUE));
        answers.success(0);
    }

    private void quit(BinaryRequest request) throws IOException {
        succeed(request);
        finish();
    }

    private void authenticate(BinaryRequest request) throws IOException {
        if (!sasl.required()) {
            refuseAndSwallow(Status.UNKNOWN_COMMAND, request);
        } else if (request.opcode == Opcode.SASL_LIST_MECHS) {
            answers.success(SaslPlain.MECHANISM, 0);
        } else if (request.keyLength > MAX_MECHANISM) {
            refuseAndSwallow(Status.INVALID, request);
        } else if (!request.valueIsSmall()) {
            refuseAndSwallow(Status.OUT_OF_MEMORY, request);
        } else {
            boolean starts = request.opcode == Opcode.SASL_AUTH;
            answerLogin(starts ? sasl.start(request.key().bytes(), request.value()) : sasl.step(request.value()));
        }
    }

    private void answerLogin(Status status) throws IOException {
        if (status != Status.AUTHENTICATION_CONTINUES) {
            server.statistics.count(Counter.AUTH_CMDS);
        }
        if (status == Status.AUTHENTICATION_ERROR) {
            server.statistics.count(Counter.AUTH_ERRORS);
        }
        if (status == Status.SUCCESS) {
            answers.success(AUTHENTICATED, 0);
        } else {
            answers.status(status);
        }
    }
}
