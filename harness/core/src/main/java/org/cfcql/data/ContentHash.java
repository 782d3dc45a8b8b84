package org.cfcql.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.MachineFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/** SHA-256 of files and of a data set as a whole. */
public final class ContentHash {
    private static final int BUFFER_BYTES = 1 << 20;

    private ContentHash() {}

    /** SHA-256 of a file in lower-case hexadecimal, as {@code sha256sum} prints it. */
    public static String ofFile(Path path) {
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                OrderlyEnd.safePlace();
                buffer.flip();
                digest.update(buffer);
                buffer.clear();
            }
        } catch (NoSuchFileException e) {
            throw new UserError("expected a file at " + path + ", found none; restore it", e);
        } catch (IOException e) {
            throw new MachineFault("cannot read " + path + ": " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The one hash of a data set: SHA-256 of the lines {@code HASH NAME.npy} sorted by file name,
     * which is what {@code sha256sum *.npy | sha256sum} prints in the data set's folder.
     */
    public static String ofFields(Map<DatasetField, FieldCard> fields) {
        SortedMap<String, String> byName = new TreeMap<>();
        fields.forEach((field, card) -> byName.put(field.fileName(), card.sha256()));
        MessageDigest digest = sha256();
        byName.forEach(
                (name, hash) ->
                        digest.update(
                                (hash + "  " + name + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A fresh digest. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
