package org.cfcql.cli;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Locale;
import org.cfcql.budget.BudgetExceeded;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.MachineFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;
import org.cfcql.nativecode.CacheNotLocked;

/**
 * What a failure means to the user.
 *
 * @param exitCode exit status of the process
 * @param message one line
 */
record Diagnosis(int exitCode, String message) {
    /** What LibTorch, CUDA and the C++ library say when memory is gone; lower case. */
    private static final List<String> NO_MEMORY =
            List.of(
                    "can't allocate memory",
                    "cannot allocate memory",
                    "not enough memory",
                    "out of memory",
                    "bad_alloc",
                    "alloc_failed");

    /** What the loader of libraries says then, and also of a disk mounted without execution. */
    private static final String UNMAPPED = "failed to map segment from shared object";

    /** What the Java machine says when a mapped page has no file behind it. */
    private static final String TORN_MAPPING = "unsafe memory access";

    private static final String NOT_PERMITTED = "not permitted";

    /** Of any failure; LibTorch's come as plain runtime exceptions with text of their own. */
    static Diagnosis of(Throwable failure) {
        if (failure instanceof CfcqlException expected) {
            return new Diagnosis(expected.exitCode(), expected.getMessage());
        }
        if (failure instanceof InvalidPathException path) {
            return new Diagnosis(
                    UserError.EXIT_CODE,
                    "expected a path, found '" + path.getInput() + "'; correct it");
        }
        if (failure instanceof CacheNotLocked cache) {
            return new Diagnosis(MachineFault.EXIT_CODE, cache.getMessage());
        }
        if (failure instanceof UncheckedIOException machine) {
            return new Diagnosis(
                    MachineFault.EXIT_CODE,
                    "expected files that stay readable, the machine said: "
                            + machine.getCause().getMessage()
                            + "; look at that file, then run the same command again");
        }
        if (failure instanceof InternalError && String.valueOf(failure).contains(TORN_MAPPING)) {
            return new Diagnosis(
                    MachineFault.EXIT_CODE,
                    "expected the data to keep their length while they are read, found a file that"
                            + " lost bytes or cannot be read any more; run cfcql data verify on"
                            + " them, then the same command again");
        }
        if (failure instanceof BudgetExceeded) {
            return new Diagnosis(HarnessBug.EXIT_CODE, failure.getMessage());
        }
        if (failure instanceof OutOfMemoryError || saysNoMemory(failure)) {
            return new Diagnosis(
                    MachineFault.EXIT_CODE,
                    "expected enough memory, found none left ("
                            + firstLine(deepest(failure))
                            + "); start fewer workers, lower budget.batch, or raise CFCQL_HEAP"
                            + " where it was the Java heap");
        }
        if (failure instanceof LinkageError) {
            return new Diagnosis(
                    MissingDependency.EXIT_CODE,
                    "expected the native libraries of this platform, found that they do not load ("
                            + firstLine(deepest(failure))
                            + "); run make build, then cfcql doctor");
        }
        return new Diagnosis(HarnessBug.EXIT_CODE, "a bug: " + firstLine(failure));
    }

    /** Whether a developer wants the trace: nobody foresaw this. */
    boolean bug() {
        return exitCode == HarnessBug.EXIT_CODE;
    }

    private static boolean saysNoMemory(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            String text = String.valueOf(one.getMessage()).toLowerCase(Locale.ROOT);
            boolean unmapped = text.contains(UNMAPPED) && !text.contains(NOT_PERMITTED);
            if (unmapped || NO_MEMORY.stream().anyMatch(text::contains)) {
                return true;
            }
        }
        return false;
    }

    /** JavaCPP's complaint is that a library is on no path; why it did not load is its cause. */
    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }

    /** LibTorch adds a trace in C++ to its messages. */
    private static String firstLine(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("").strip();
    }
}
