package org.cfcql.cli.executor;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.storage.Storage;

/**
 * What was written for one submission, {@code RUN_DIR/jobs/N}: lists of tasks, what the engine
 * reads, logs of tasks. A later submission gets a folder of its own and changes nothing here.
 *
 * @param path the folder
 */
record JobFolder(Path path) {
    /** Makes the next one. */
    static JobFolder create(RunFolder run) {
        Path all = run.path().resolve("jobs");
        try {
            Files.createDirectories(all);
            for (int number = 1; ; number++) {
                Path path = all.resolve(Integer.toString(number));
                if (!Files.exists(path) && createdBy(path)) {
                    return new JobFolder(path);
                }
            }
        } catch (IOException refused) {
            throw Storage.writeFault(all, refused);
        }
    }

    private static boolean createdBy(Path path) throws IOException {
        try {
            Files.createDirectory(path);
            return true;
        } catch (FileAlreadyExistsException somebodyWasFaster) {
            return false;
        }
    }

    /** Those of a run, in no order that matters. */
    static List<JobFolder> of(RunFolder run) {
        Path all = run.path().resolve("jobs");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(all)) {
            return folders.sorted().map(JobFolder::new).toList();
        } catch (IOException unreadable) {
            throw Storage.readFault(all, unreadable);
        }
    }

    /** The list of a job of this submission, numbered from 1. */
    Path list(int job) {
        return path.resolve("tasks-" + job + ".txt");
    }

    /** The script of a Slurm array, numbered from 1. */
    Path slurmScript(int job) {
        return path.resolve("slurm-" + job + ".sh");
    }
}
