package org.cfcql.lock;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.cfcql.error.MachineFault;

/**
 * What to say when the system, not another process, is why a lock was not taken.
 *
 * @param file the file to be locked
 * @param elsewhere what names another place, such as {@code --out}; empty where nothing does
 */
record LockRefusal(Path file, String elsewhere) {
    /** What Linux says of a lock or a file system that fails, and how its manuals call that. */
    private static final Map<String, String> ERRNO =
            Map.of(
                    "No locks available", "ENOLCK",
                    "Function not implemented", "ENOSYS",
                    "Operation not supported", "EOPNOTSUPP",
                    "Input/output error", "EIO",
                    "Stale file handle", "ESTALE",
                    "Invalid argument", "EINVAL",
                    "Bad file descriptor", "EBADF",
                    "Remote I/O error", "EREMOTEIO",
                    "No space left on device", "ENOSPC",
                    "Disk quota exceeded", "EDQUOT");

    /** Of a file that could not even be opened. */
    MachineFault whenOpened(IOException cause) {
        String reason = reason(cause);
        if (cause instanceof AccessDeniedException) {
            return fault("found no permission to write it", "get that permission" + or(), cause);
        }
        if (reason.toLowerCase(Locale.ROOT).contains("read-only")) {
            return fault(
                    "found a read-only file system", "have it mounted for writing" + or(), cause);
        }
        return fault(
                "the machine said: " + reason,
                "make room or mend the folder" + or() + ", then run the same command again",
                cause);
    }

    /** Of a file that was opened and could not be locked. */
    MachineFault whenLocked(IOException cause) {
        return fault(
                "found that locks do not work there: " + reason(cause),
                "use a file system with locks, a local disk or an NFS whose lock service runs"
                        + (elsewhere.isEmpty() ? "" : " (" + elsewhere + ")"),
                cause);
    }

    private String or() {
        return elsewhere.isEmpty() ? "" : " or use another place (" + elsewhere + ")";
    }

    private MachineFault fault(String found, String advice, IOException cause) {
        return new MachineFault(
                "expected to lock "
                        + file
                        + " on a file system of type "
                        + type(file)
                        + ", "
                        + found
                        + "; "
                        + advice,
                cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such folder";
        }
        if (cause instanceof FileAlreadyExistsException inTheWay) {
            return inTheWay.getFile() + " is no folder";
        }
        if (cause instanceof FileSystemException system && system.getReason() != null) {
            return named(system.getReason());
        }
        return named(String.valueOf(cause.getMessage()));
    }

    /** Java hands on the system's words and not its number; manuals list the number's name. */
    private static String named(String words) {
        String name = ERRNO.get(words);
        return name == null ? words : words + " (" + name + ")";
    }

    /**
     * The kind of file system on which a file is or would be, as the system names it: ext4, nfs.
     */
    private static String type(Path file) {
        Path there = file.toAbsolutePath().normalize();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return there == null ? "unknown" : Files.getFileStore(there).type();
        } catch (IOException | SecurityException untold) {
            return "unknown";
        }
    }
}
