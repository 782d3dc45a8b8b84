package org.cfcql.run.plan;

import java.nio.file.Path;
import org.cfcql.error.UserError;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;

/** Names of cells that are also names of folders on every file system. */
final class CellId {
    /** File systems end at 255 bytes; a file is written under its name with an ending first. */
    private static final int LONGEST = 240;

    private static final int SHOWN = 60;

    private CellId() {}

    /** {@code ALGORITHM[-VARIANT]__ENV__DATASET__sSEED__TRACK}. */
    static String of(
            String algorithm,
            String variant,
            EnvironmentChoice environment,
            String dataset,
            long seed,
            String track) {
        StringBuilder task = new StringBuilder(environment.id());
        environment
                .options()
                .forEach(
                        (key, value) ->
                                task.append('-').append(key).append('=').append(last(value)));
        String id =
                String.join(
                        "__",
                        safe(variant.isEmpty() ? algorithm : algorithm + "-" + variant),
                        safe(task.toString()),
                        safe(dataset),
                        "s" + seed,
                        track);
        if (id.length() > LONGEST) {
            throw new UserError(
                    "expected names of cells of at most "
                            + LONGEST
                            + " letters, found "
                            + id.length()
                            + " of "
                            + id.substring(0, SHOWN)
                            + "...; give the data set a shorter name or sweep fewer keys at once");
        }
        return id;
    }

    /** A path is shortened to its last part. */
    private static String last(String value) {
        Path name = value.contains("/") ? Path.of(value).getFileName() : null;
        return name == null ? value : name.toString();
    }

    private static String safe(String text) {
        return text.replaceAll("[^A-Za-z0-9._=+,-]", "-").replace("__", "_");
    }
}
