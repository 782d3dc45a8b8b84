package org.cfcql.run.training;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a cell holds open, closed in the reverse order of opening, each whatever the others do. */
public final class Opened implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();

    /** Adds what was just opened. */
    public void add(Runnable closer) {
        closers.push(closer);
    }

    /** Closes everything after a failure; what goes wrong now is kept beside it. */
    public void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException another) {
            failure.addSuppressed(another);
        }
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
