package org.cfcql.run.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;

/** A file that only grows, and the hash of its bytes so far. */
final class AppendedFile {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final MessageDigest digest = Sha256.begun();
    private long hashed;

    /** A file of which nothing is known yet. */
    AppendedFile(Path file) {
        this.file = file;
    }

    /**
     * A file that a checkpoint knows.
     *
     * @throws UserError if it is shorter than that, or begins with other bytes
     */
    static AppendedFile continued(Path file, FileMark mark) {
        JsonLinesFile.requireAtLeast(file, mark.bytes());
        AppendedFile appended = new AppendedFile(file);
        String found;
        try {
            found = appended.mark(mark.bytes()).sha256();
        } catch (IOException unreadable) {
            throw Storage.readFault(file, unreadable);
        }
        if (!mark.sha256().isEmpty() && !mark.sha256().equals(found)) {
            throw new UserError(
                    "expected the first "
                            + mark.bytes()
                            + " bytes of "
                            + file
                            + " as its checkpoint knows them, found others; the cell is damaged,"
                            + " delete "
                            + file.getParent()
                            + " to run it again");
        }
        return appended;
    }

    /** The mark at a length that is not below an earlier one. */
    FileMark mark(long bytes) throws IOException {
        if (bytes > hashed) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (channel.size() < bytes) {
                    throw gone(file, bytes, String.valueOf(channel.size()), null);
                }
                read(channel, bytes);
            }
        } else if (bytes > 0 && Files.size(file) < bytes) {
            throw gone(file, bytes, String.valueOf(Files.size(file)), null);
        }
        return new FileMark(bytes, HexFormat.of().formatHex(copyOf(digest).digest()));
    }

    /**
     * Reads the marked bytes again: what is written once may not change until the cell is done.
     *
     * @throws MachineFault if they are others
     */
    void requireUnchanged() {
        AppendedFile again = new AppendedFile(file);
        try {
            if (!again.mark(hashed).equals(mark(hashed))) {
                throw gone(file, hashed, "others", null);
            }
        } catch (IOException unreadable) {
            throw gone(file, hashed, "none that can be read", unreadable);
        }
    }

    private void read(FileChannel channel, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (hashed < end) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - hashed));
            int count = channel.read(buffer, hashed);
            if (count < 0) {
                throw gone(file, end, String.valueOf(hashed), null);
            }
            digest.update(buffer.flip());
            hashed += count;
        }
    }

    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(
                    "SHA-256 of every Java runtime can be copied", impossible);
        }
    }

    /** The failure when what this process has written is not there any more. */
    static MachineFault gone(Path file, long bytes, String found, Exception cause) {
        return new MachineFault(
                "expected the "
                        + bytes
                        + " bytes in "
                        + file
                        + " that this cell has written, found "
                        + found
                        + "; somebody cut, replaced or deleted the file while the cell ran; leave"
                        + " the run folder alone and run the same command again",
                cause);
    }
}
