package org.cfcql.run.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;

/**
 * Whole files that are there completely or not at all, and the translation of a disk's complaints.
 */
public final class Storage {
    /** JSON as all files of a run folder have it: two spaces, keys in the order they were put. */
    public static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final String NEW = ".new";

    private Storage() {}

    /** Writes to a new name, syncs and renames. */
    public static void writeAtomically(Path file, byte[] content) {
        Path fresh = file.resolveSibling(file.getFileName() + NEW);
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel channel =
                    FileChannel.open(
                            fresh,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory(file.getParent());
        } catch (IOException failure) {
            discard(fresh);
            throw writeFault(file, failure);
        }
    }

    /** Writes a value as JSON with a final line break. */
    public static void writeJson(Path file, Object value) {
        try {
            String text = JSON.writeValueAsString(value) + "\n";
            writeAtomically(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Reads JSON.
     *
     * @throws UserError if the file is missing, holds null or is not of this form
     */
    public static <T> T readJson(Path file, Class<T> type) {
        try {
            T value = JSON.readValue(Files.readAllBytes(file), type);
            if (value == null) {
                throw new UserError(
                        "expected an object in "
                                + file
                                + ", found null; the file is damaged, see docs/formats.md for what"
                                + " it holds and start with a new run folder");
            }
            return value;
        } catch (NoSuchFileException absent) {
            throw notReadable(file, "none", absent);
        } catch (JsonProcessingException damaged) {
            throw notReadable(file, "one that does not parse", damaged);
        } catch (IOException machine) {
            if (Files.isDirectory(file)) {
                throw notReadable(file, "a folder", machine);
            }
            throw readFault(file, machine);
        }
    }

    private static UserError notReadable(Path file, String found, IOException cause) {
        return new UserError(
                "expected a readable "
                        + file.getFileName()
                        + " at "
                        + file
                        + ", found "
                        + found
                        + "; check the path or start with a new run folder",
                cause);
    }

    /** Makes a rename within the folder durable. */
    public static void syncDirectory(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Deletes a file or folder with everything below it; nothing happens where there is none. */
    public static void deleteTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(root)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException failure) {
            throw writeFault(root, failure);
        }
    }

    /** The failure to report when a file could not be written. */
    public static CfcqlException writeFault(Path file, IOException failure) {
        String reason = String.valueOf(failure.getMessage()).replaceFirst("^.*: ", "");
        if (failure instanceof NoSuchFileException) {
            reason = "no such folder";
        } else if (failure instanceof FileAlreadyExistsException inTheWay) {
            reason = inTheWay.getFile() + " is no folder";
        }
        return new MachineFault(
                "expected to write "
                        + file
                        + ", the machine said: "
                        + reason
                        + "; make room or mend the folder, then run the same command again",
                failure);
    }

    /** The failure to report when a file could not be read although it should be there. */
    public static CfcqlException readFault(Path file, IOException failure) {
        return new MachineFault(
                "expected a readable "
                        + file
                        + ", the machine said: "
                        + failure.getMessage()
                        + "; mend the disk or the permissions, then run the same command again",
                failure);
    }

    private static void discard(Path fresh) {
        try {
            Files.deleteIfExists(fresh);
        } catch (IOException ignored) {
            // The fault that led here is the one to report.
        }
    }
}
