package org.cfcql.error;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * The end of this process when a signal asks for it: first its command ends, then the process.
 *
 * <p>The Java machine ends while its threads go on. One that is in native code or half through a
 * file is cut off there: native libraries crash, files stay behind half written. So a hook asks the
 * command to end and waits for it. The command passes safe places, between two updates, episodes or
 * files, and leaves from there with {@link Stopping}: on the way out everything it opened is closed
 * and what it did not finish is removed. A command that has its own way to stop, as a worker that
 * writes a checkpoint, takes the wish {@linkplain #instead instead}.
 *
 * <p>There is one for the process, because it ends once, and because safe places lie so deep below
 * a command that handing it down would burden every signature on the way.
 */
public final class OrderlyEnd {
    /**
     * Longer than what lies between two safe places, shorter than anybody's patience; the property
     * is for machines so busy that it is not.
     */
    private static final Duration PATIENCE =
            Duration.ofSeconds(Integer.getInteger("cfcql.stop.seconds", 5));

    private static final OrderlyEnd PROCESS = new OrderlyEnd();

    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean asked;
    private Duration patience = PATIENCE;
    private Runnable wish = this::stopAtSafePlace;
    private volatile boolean stopping;

    /** One of a process that does not exist, for tests. */
    OrderlyEnd() {}

    /**
     * Runs the command of this process. From now on a signal ends the process only after the
     * command, or after 5 seconds without a safe place.
     *
     * @param command its result is the exit status
     * @param lastStep what has to be done after the command and before the process ends
     * @return the exit status, {@link Stopping#EXIT_CODE} if the process is ending already
     */
    public static int of(IntSupplier command, Runnable lastStep) {
        Thread hook =
                new Thread(
                        () -> {
                            PROCESS.askAndWait();
                            lastStep.run();
                        },
                        "orderly-end");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException processIsEnding) {
            return Stopping.EXIT_CODE;
        }
        return PROCESS.run(command);
    }

    /**
     * A place where the command may end: nothing is half done that its callers do not undo.
     *
     * @throws Stopping if the process was asked to end
     */
    public static void safePlace() {
        PROCESS.pass();
    }

    /**
     * Makes the command stop in its own way; its safe places let it go on.
     *
     * @param wish called once, by another thread, when the process is asked to end
     * @param patience how long the process waits for the command afterwards
     * @throws Stopping if it was asked before
     */
    public static void instead(Runnable wish, Duration patience) {
        PROCESS.takeOver(wish, patience);
    }

    int run(IntSupplier command) {
        try {
            return command.getAsInt();
        } finally {
            ended.countDown();
        }
    }

    void pass() {
        if (stopping) {
            throw new Stopping();
        }
    }

    synchronized void takeOver(Runnable other, Duration longer) {
        if (asked) {
            throw new Stopping();
        }
        wish = other;
        patience = longer;
    }

    /** Returns whether the command has ended. */
    boolean askAndWait() {
        if (ended.getCount() == 0) {
            return true;
        }
        Duration wait = ask();
        try {
            if (ended.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                return true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        System.err.println(
                "cfcql: expected to stop within "
                        + wait.toSeconds()
                        + " seconds, found no safe place to do so; left at once");
        return false;
    }

    /** Says the wish; returns how long to wait for the command. */
    synchronized Duration ask() {
        asked = true;
        wish.run();
        return patience;
    }

    private void stopAtSafePlace() {
        stopping = true;
    }
}
