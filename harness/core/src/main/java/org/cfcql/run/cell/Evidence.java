package org.cfcql.run.cell;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.LearnerFault;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.Training;
import org.cfcql.tensor.Safetensors;

/** Keeps what a numeric fault left, for the person who looks for its cause. */
final class Evidence {
    private Evidence() {}

    /** Writes parameters and the last numbers as they are; a full disk does not hide the fault. */
    static void save(
            CellFolder folder, Training training, SortedMap<String, String> metadata, int round) {
        try {
            Files.createDirectories(folder.evidence());
            Safetensors.write(
                    folder.evidence().resolve("tensors.safetensors"), training.tensors(), metadata);
            Storage.writeJson(
                    folder.evidence().resolve("metrics.json"),
                    Map.of("round", round, "metrics", shown(training.learner().metrics())));
        } catch (IOException | LearnerFault unwritable) {
            System.err.println("cfcql: could not keep evidence: " + unwritable.getMessage());
        }
    }

    /** NaN and infinity have no form in JSON. */
    private static Map<String, String> shown(Map<String, Double> metrics) {
        Map<String, String> texts = new TreeMap<>();
        metrics.forEach((name, value) -> texts.put(name, String.valueOf(value)));
        return texts;
    }
}
