package org.cfcql.data.batch;

import java.util.function.Function;
import org.cfcql.random.RandomStream;

/** Minibatches of what changes between them, as it is at the time; it belongs to somebody else. */
public final class ReplaySampler implements Sampler {
    private final RandomStream stream;
    private final RandomStream.State beginning;
    private final Function<RandomStream, Batch> draw;

    /**
     * Starts where the stream stands.
     *
     * @param draw makes one minibatch by the next numbers of the stream
     */
    public ReplaySampler(RandomStream stream, Function<RandomStream, Batch> draw) {
        this.stream = stream;
        this.draw = draw;
        beginning = stream.state();
    }

    @Override
    public Batch next() {
        return draw.apply(stream);
    }

    @Override
    public RandomStream.State state() {
        return stream.state();
    }

    @Override
    public void restore(RandomStream.State stored) {
        stream.restore(stored);
    }

    @Override
    public void restart() {
        stream.restore(beginning);
    }

    @Override
    public void close() {
        // What is drawn from is not ours.
    }
}
