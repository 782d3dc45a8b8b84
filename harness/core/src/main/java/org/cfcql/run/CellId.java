package org.cfcql.run;

import java.nio.file.Path;
import org.cfcql.run.Experiment.EnvironmentChoice;

/** Names of cells that are also names of folders on every file system. */
final class CellId {
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
        return String.join(
                "__",
                safe(variant.isEmpty() ? algorithm : algorithm + "-" + variant),
                safe(task.toString()),
                safe(dataset),
                "s" + seed,
                track);
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
