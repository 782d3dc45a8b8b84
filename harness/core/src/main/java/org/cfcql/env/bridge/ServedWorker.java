package org.cfcql.env.bridge;

import java.io.OutputStream;

/** A worker for another client than this harness; what it prints is shown line by line. */
public final class ServedWorker {
    /** A dead process' last words are in the pipe already. */
    private static final long LAST_WORDS_MS = 1_000;

    private final Process process;
    private final OutputTail output;

    ServedWorker(Process process) {
        this.process = process;
        output = new OutputTail("served", process.getErrorStream(), System.err::println);
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /**
     * Its standard input, whose end ends it; that of this process where it reads its token there.
     */
    public OutputStream input() {
        return process.getOutputStream();
    }

    /** Waits for its end and the last it printed; its exit status. */
    public int waitFor() throws InterruptedException {
        int status = process.waitFor();
        output.awaitEnd(LAST_WORDS_MS);
        return status;
    }

    /** Kills it. */
    public void kill() {
        process.destroyForcibly();
    }
}
