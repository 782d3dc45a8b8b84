package org.cfcql.data.fetch;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The body of a reply, handed over piece by piece, so that whoever waits for a piece can leave. */
final class Body implements HttpResponse.BodySubscriber<Body> {
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private volatile Flow.Subscription subscription;

    /** What may come next. */
    sealed interface Piece {}

    /** Some bytes; there may be more. */
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    /** The server says that this is all. */
    record End() implements Piece {}

    /** The connection broke. */
    record Broken(Throwable cause) implements Piece {}

    /** The next piece, empty if there is none yet; after bytes {@link #more} asks for more. */
    Optional<Piece> next(Duration wait) throws InterruptedException {
        return Optional.ofNullable(pieces.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Asks for another piece. */
    void more() {
        subscription.request(1);
    }

    /** Wants no more. */
    void cancel() {
        subscription.cancel();
    }

    @Override
    public CompletionStage<Body> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        pieces.add(new Bytes(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        pieces.add(new Broken(cause));
    }

    @Override
    public void onComplete() {
        pieces.add(new End());
    }
}
