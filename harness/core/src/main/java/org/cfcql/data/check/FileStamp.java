package org.cfcql.data.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * What changes whenever a file's content does. The time of the last change of the inode is set by
 * the system alone, so a program that restores the other times does not hide a write.
 *
 * @param bytes size
 * @param modified time of the last write
 * @param changed time of the last change of content or attributes
 * @param inode number of the file in its file system
 */
record FileStamp(long bytes, String modified, String changed, long inode) {
    /** Time stamps of any file system are finer than this. */
    private static final long SETTLED_MS = 2_000;

    /**
     * The stamp of a file.
     *
     * @throws IOException if there is no such file
     * @throws UnsupportedOperationException where the file system has no such attributes
     */
    static FileStamp of(Path file) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(file, "unix:size,lastModifiedTime,ctime,ino");
        return new FileStamp(
                (Long) attributes.get("size"),
                attributes.get("lastModifiedTime").toString(),
                attributes.get("ctime").toString(),
                (Long) attributes.get("ino"));
    }

    /** Whether the last change is so old that another one would be stamped with another time. */
    boolean settled(long nowMillis) {
        return Instant.parse(changed).toEpochMilli() + SETTLED_MS < nowMillis;
    }
}
