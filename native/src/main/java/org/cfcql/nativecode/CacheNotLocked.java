package org.cfcql.nativecode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The cache of native libraries lies on a file system that does not lock; one line. */
public final class CacheNotLocked extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    /**
     * The refusal.
     *
     * @param file the lock file
     * @param fileSystem type of its file system, as the system names it
     * @param cause what the system said
     */
    CacheNotLocked(Path file, String fileSystem, IOException cause) {
        super(
                "expected to lock "
                        + file
                        + " on a file system of type "
                        + fileSystem
                        + ", found that locks do not work there: "
                        + named(cause.getMessage())
                        + "; set CFCQL_JAVA_OPTIONS=-Dorg.bytedeco.javacpp.cachedir=FOLDER with a"
                        + " folder on a local disk",
                cause);
    }

    /** Java hands on the system's words and not its number; manuals list the number's name. */
    private static String named(String words) {
        return switch (String.valueOf(words)) {
            case "No locks available" -> words + " (ENOLCK)";
            case "Function not implemented" -> words + " (ENOSYS)";
            default -> words;
        };
    }
}
