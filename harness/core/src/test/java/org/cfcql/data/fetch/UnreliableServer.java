package org.cfcql.data.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server with one file, which breaks off, hangs, lies or refuses as it is told. */
final class UnreliableServer implements AutoCloseable {
    private static final int SENT_AT_ONCE = 10_000;
    private static final int NEVER = Integer.MAX_VALUE;

    private final byte[] content;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Long> offsets = new ArrayList<>();
    private final Deque<Integer> cuts = new ArrayDeque<>();
    private final Deque<Integer> statuses = new ArrayDeque<>();
    private boolean ranges = true;
    private int shift;
    private long length = -1;
    private int hang = NEVER;
    private String elsewhere = "";

    UnreliableServer(byte[] content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + path;
    }

    /** The next replies break off after so many bytes each, the others do not. */
    synchronized void cutsAfter(Integer... bytes) {
        cuts.addAll(List.of(bytes));
    }

    /** The next replies have these codes. */
    synchronized void answers(Integer... codes) {
        statuses.addAll(List.of(codes));
    }

    synchronized void ignoresRanges() {
        ranges = false;
    }

    /** Sends a range that begins a byte later, and says so. */
    synchronized void shiftsRanges() {
        shift = 1;
    }

    /** Says this length, whatever it sends. */
    synchronized void saysLength(long bytes) {
        length = bytes;
    }

    /** Sends no more after so many bytes; not even headers if negative. */
    synchronized void hangsAfter(int bytes) {
        hang = bytes;
    }

    synchronized void redirects(String path) {
        elsewhere = path;
    }

    /** Where the replies were asked to begin. */
    synchronized List<Long> offsets() {
        return List.copyOf(offsets);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = reply(exchange);
            if (reply.hang() < 0) {
                closed.await();
            }
            exchange.sendResponseHeaders(reply.status(), reply.length());
            if (reply.length() >= 0) {
                send(exchange.getResponseBody(), reply);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** What to send: bytes from {@code from} up to {@code end}. */
    private record Reply(int status, long length, int from, int end, int hang) {}

    private synchronized Reply reply(HttpExchange exchange) {
        if (!elsewhere.isEmpty()) {
            exchange.getResponseHeaders().set("Location", address(elsewhere));
            elsewhere = "";
            return new Reply(302, -1, 0, 0, NEVER);
        }
        if (!statuses.isEmpty()) {
            return new Reply(statuses.remove(), -1, 0, 0, NEVER);
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int asked = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        offsets.add((long) asked);
        if (ranges && asked >= content.length) {
            return new Reply(416, -1, 0, 0, NEVER);
        }
        boolean part = ranges && asked > 0;
        int from = part ? asked + shift : 0;
        if (part) {
            String said = "bytes %d-%d/%d".formatted(from, content.length - 1, content.length);
            exchange.getResponseHeaders().set("Content-Range", said);
        }
        int cut = cuts.isEmpty() ? NEVER : cuts.remove();
        long whole = length < 0 ? content.length : length;
        long end = Math.min(whole, cut == NEVER ? content.length : from + cut);
        return new Reply(
                part ? 206 : 200, whole - from, from, (int) Math.min(end, content.length), hang);
    }

    private void send(OutputStream body, Reply reply) throws InterruptedException {
        try {
            for (int at = reply.from(); at < reply.end(); at += SENT_AT_ONCE) {
                if (at >= reply.hang()) {
                    body.flush();
                    closed.await();
                }
                body.write(content, at, Math.min(SENT_AT_ONCE, reply.end() - at));
            }
            body.flush();
        } catch (IOException clientLeft) {
            throw new UncheckedIOException(clientLeft);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
