package org.cfcql.run.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The append-only files of a folder, each with a hash that grows with it. A checkpoint takes what
 * is read back from the disk, so it never counts on bytes that are not there.
 */
public final class AppendedFiles {
    private final Path folder;
    private final SortedMap<String, AppendedFile> files = new TreeMap<>();
    private final SortedMap<String, Long> lengths = new TreeMap<>();

    /**
     * Continues files from the marks of a checkpoint.
     *
     * @param marks name to mark; empty without a checkpoint
     * @throws org.cfcql.error.UserError if a file is shorter, or holds other bytes
     */
    public AppendedFiles(Path folder, Map<String, FileMark> marks) {
        this.folder = folder;
        marks.forEach(
                (name, mark) -> {
                    files.put(name, AppendedFile.continued(folder.resolve(name), mark));
                    lengths.put(name, mark.bytes());
                });
    }

    /** Bytes of each file that stay. */
    public SortedMap<String, Long> lengths() {
        return lengths;
    }

    /**
     * Reads every file again from its beginning.
     *
     * @throws org.cfcql.error.MachineFault if a byte is another than when it was marked
     */
    public void requireUnchanged() {
        files.values().forEach(AppendedFile::requireUnchanged);
    }

    /**
     * Marks for a checkpoint.
     *
     * @param written bytes of each file that its writer has made durable
     * @throws org.cfcql.error.MachineFault if they are no longer there
     */
    public SortedMap<String, FileMark> marks(Map<String, Long> written) {
        SortedMap<String, FileMark> marks = new TreeMap<>();
        written.forEach(
                (name, bytes) -> {
                    Path file = folder.resolve(name);
                    try {
                        marks.put(
                                name,
                                files.computeIfAbsent(name, key -> new AppendedFile(file))
                                        .mark(bytes));
                    } catch (IOException unreadable) {
                        throw AppendedFile.gone(file, bytes, "none that can be read", unreadable);
                    }
                });
        return marks;
    }
}
