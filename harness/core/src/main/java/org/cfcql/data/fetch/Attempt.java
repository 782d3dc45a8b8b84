package org.cfcql.data.fetch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.cfcql.error.ForeignText;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/** One request for a file, or for the rest of it behind what is there. */
final class Attempt {
    private static final Duration WATCH = Duration.ofMillis(200);
    private static final int WHOLE = 200;
    private static final int PART = 206;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int NO_SUCH_RANGE = 416;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final HttpClient client;
    private final URI address;
    private final Duration silence;
    private final FetchProgress progress;

    Attempt(HttpClient client, URI address, Duration silence, FetchProgress progress) {
        this.client = client;
        this.address = address;
        this.silence = silence;
        this.progress = progress;
    }

    /** How an attempt ended. */
    sealed interface Ending {}

    /** The server says that the file is whole; it began to send at this byte. */
    record Whole(long from) implements Ending {}

    /** The server sends what was not asked for, or nothing behind what is there. */
    record OtherRange() implements Ending {}

    /** The connection broke, or the server has no time. */
    record Broken(String reason) implements Ending {}

    /**
     * Appends to a file, or writes it anew where the server sends all of it.
     *
     * @throws UserError if the server says that there is no such file
     * @throws IOException if the file cannot be written
     */
    Ending run(FileChannel file) throws IOException, InterruptedException {
        long offset = file.size();
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(silence).GET();
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        CompletableFuture<HttpResponse<Body>> reply =
                client.sendAsync(request.build(), headers -> new Body());
        try {
            HttpResponse<Body> response = headers(reply);
            try {
                return take(response, file, offset);
            } finally {
                response.body().cancel();
            }
        } catch (ExecutionException failed) {
            return new Broken(reason(failed.getCause()));
        } finally {
            reply.cancel(true);
        }
    }

    private HttpResponse<Body> headers(CompletableFuture<HttpResponse<Body>> reply)
            throws InterruptedException, ExecutionException {
        while (true) {
            OrderlyEnd.safePlace();
            try {
                return reply.get(WATCH.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                // The request has a deadline of its own.
                continue;
            }
        }
    }

    private Ending take(HttpResponse<Body> response, FileChannel file, long offset)
            throws IOException, InterruptedException {
        int status = response.statusCode();
        if (status == PART && offset > 0) {
            String range = response.headers().firstValue("Content-Range").orElse("");
            return range.startsWith("bytes " + offset + "-")
                    ? write(response, file, offset)
                    : new OtherRange();
        }
        if (status == WHOLE) {
            file.truncate(0);
            return write(response, file, 0);
        }
        if (status == NO_SUCH_RANGE && offset > 0) {
            return new OtherRange();
        }
        if (status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
            return new Broken("status " + status);
        }
        throw new UserError(
                "expected a file at %s, found status %d; look at the address"
                        .formatted(address, status));
    }

    private Ending write(HttpResponse<Body> response, FileChannel file, long offset)
            throws IOException, InterruptedException {
        OptionalLong length = response.headers().firstValueAsLong("Content-Length");
        long total = length.isPresent() ? offset + length.getAsLong() : FetchProgress.UNKNOWN;
        Body body = response.body();
        file.position(offset);
        long heardNanos = System.nanoTime();
        while (true) {
            OrderlyEnd.safePlace();
            Body.Piece piece = body.next(WATCH).orElse(null);
            if (piece == null) {
                if (System.nanoTime() - heardNanos > silence.toNanos()) {
                    return new Broken("silence for " + silence.toSeconds() + " seconds");
                }
            } else if (piece instanceof Body.Bytes bytes) {
                for (ByteBuffer buffer : bytes.buffers()) {
                    while (buffer.hasRemaining()) {
                        file.write(buffer);
                    }
                }
                heardNanos = System.nanoTime();
                progress.at(file.position(), total);
                body.more();
            } else if (piece instanceof Body.Broken broken) {
                return new Broken(reason(broken.cause()));
            } else {
                return new Whole(offset);
            }
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof ConnectException) {
            return "no connection";
        }
        String said = cause.getMessage();
        return ForeignText.oneLine(said == null ? cause.getClass().getSimpleName() : said);
    }
}
