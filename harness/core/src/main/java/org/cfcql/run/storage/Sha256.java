package org.cfcql.run.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.cfcql.error.UserError;

/** The hash by which the files of a run are told from others. */
public final class Sha256 {
    private Sha256() {}

    /**
     * Hash of a file, as {@code sha256sum} prints it.
     *
     * @throws UserError if it cannot be read
     */
    public static String of(Path file) {
        try {
            return of(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UserError(
                    "expected a readable file at " + file + ", found none; check the path",
                    unreadable);
        }
    }

    /** Hash of bytes, in hexadecimal digits. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(begun().digest(bytes));
    }

    /** A hash of nothing yet. */
    static MessageDigest begun() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
