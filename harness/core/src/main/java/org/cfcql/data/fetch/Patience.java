package org.cfcql.data.fetch;

import java.time.Duration;

/**
 * How long to wait for a server.
 *
 * @param silence without a byte, before the connection counts as broken
 * @param pause before the first further attempt; doubled after each that brought nothing new
 * @param attempts how many that bring nothing new, one after the other, are enough
 */
public record Patience(Duration silence, Duration pause, int attempts) {
    /** Half a minute of silence; five attempts within half a minute. */
    public static final Patience USUAL =
            new Patience(Duration.ofSeconds(30), Duration.ofSeconds(2), 5);

    /** The pause after so many attempts that brought nothing new. */
    Duration pauseAfter(int fruitless) {
        return pause.multipliedBy(1L << Math.min(Math.max(fruitless, 1), 5) - 1);
    }
}
