package org.cfcql.data.foreign;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.cfcql.data.Dataset;
import org.cfcql.data.PartialFolder;
import org.cfcql.error.UserError;

/**
 * A data set in the layout of another project.
 *
 * @param dataset what is written
 * @param layout how
 */
public record ForeignExport(Dataset dataset, ForeignLayout layout) {
    /**
     * Writes the file or folder; it gets its name when it is complete.
     *
     * @param target a file that must not exist, or a folder that must not exist or be empty
     * @throws UserError if the layout cannot hold the data set, or the target is in use
     * @throws org.cfcql.error.MachineFault if the disk is full
     */
    public void exportTo(Path target, Converter converter) {
        if (!layout.isWritten()) {
            throw new UserError(
                    "expected a layout that is written (%s), found %s"
                            .formatted(ForeignLayout.names(true), layout));
        }
        try {
            if (layout.isFile()) {
                writeFile(target, converter);
            } else {
                writeFolder(target, converter);
            }
        } catch (IOException e) {
            throw PartialFolder.failure(target, e);
        }
    }

    private void writeFile(Path target, Converter converter) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        if (Files.exists(absolute)) {
            throw new UserError(
                    target + ": expected a new file to write to, found one; choose another name");
        }
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        Files.createDirectories(absolute.getParent());
        try {
            converter.run(request(partial));
            Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private void writeFolder(Path target, Converter converter) throws IOException {
        try (PartialFolder folder = PartialFolder.create(target)) {
            converter.run(request(folder.path()));
            folder.publish();
        }
    }

    private ObjectNode request(Path target) {
        ObjectNode request = new ObjectMapper().createObjectNode();
        request.put("do", "export");
        request.put("format", layout.toString());
        request.put("source", dataset.folder().toAbsolutePath().toString());
        request.put("target", target.toString());
        return request;
    }
}
