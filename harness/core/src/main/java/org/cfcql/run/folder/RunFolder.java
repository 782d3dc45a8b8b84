package org.cfcql.run.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.run.experiment.ConfigSection;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Plan;
import org.cfcql.run.storage.FieldDiff;
import org.cfcql.run.storage.Storage;

/**
 * The folder of an experiment: {@code experiment.yaml}, {@code plan.json} and one folder per cell.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {
    private static final YAMLMapper YAML =
            new YAMLMapper(
                    YAMLFactory.builder()
                            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                            .build());

    /** The resolved experiment. */
    public Path experiment() {
        return path.resolve("experiment.yaml");
    }

    /** The cells. */
    public Path planFile() {
        return path.resolve("plan.json");
    }

    /** The folder of a cell. */
    public CellFolder cell(String id) {
        return new CellFolder(path.resolve("cells").resolve(id));
    }

    /**
     * Takes the folder for this process, against a second parent; the lock ends with the process,
     * however it ends.
     *
     * @return the lock, or empty while another process works here
     * @throws MachineFault if the file system does not lock
     */
    public Optional<HeldLock> lock() {
        return HeldLock.take(path.resolve("lock"), CellFolder.ELSEWHERE);
    }

    /** Whether an experiment was started here. */
    public boolean started() {
        return Files.isRegularFile(experiment());
    }

    /**
     * Writes the experiment and its plan, or checks them against those of an earlier start.
     *
     * @throws UserError if the folder belongs to another experiment and the new one does more than
     *     add cells; the message lists the fields that differ
     */
    public void prepare(Experiment experiment, Plan plan) {
        if (started() && Files.isRegularFile(planFile())) {
            requireOnlyAdded(experiment, plan);
        } else if (started()) {
            requireEqual(experiment);
        }
        Storage.writeAtomically(experiment(), yaml(experiment.toMap()));
        StoredPlan.write(planFile(), plan);
    }

    /**
     * The plan of an earlier start.
     *
     * @throws UserError if there is none, or it is of a newer version
     */
    public Plan plan() {
        return StoredPlan.read(planFile());
    }

    /**
     * Checks that the files of the whole matrix are still there after it ran.
     *
     * @throws MachineFault if somebody deleted or replaced them
     */
    public void requireWhole(Plan plan) {
        if (!started() || !Files.isRegularFile(planFile()) || !ids(plan()).equals(ids(plan))) {
            throw new MachineFault(
                    "expected experiment.yaml and plan.json of this matrix in "
                            + path
                            + ", found others or none; somebody changed the run folder while it"
                            + " ran; run the same command again");
        }
    }

    private static List<String> ids(Plan plan) {
        return plan.cells().stream().map(Cell::id).toList();
    }

    private void requireOnlyAdded(Experiment experiment, Plan plan) {
        Map<String, Cell> fresh = new TreeMap<>();
        plan.cells().forEach(cell -> fresh.put(cell.id(), cell));
        for (Cell stored : plan().cells()) {
            if (!stored.equals(fresh.get(stored.id()))) {
                requireEqual(experiment);
                // The experiments are the same word by word, so something they refer to has moved.
                throw changed(FieldDiff.of(fields(stored), fields(fresh.get(stored.id()))));
            }
        }
    }

    private void requireEqual(Experiment experiment) {
        Map<String, Object> before;
        Map<String, Object> now;
        try {
            Map<?, ?> stored = YAML.readValue(experiment().toFile(), Map.class);
            before = stored == null ? Map.of() : ConfigSection.mapping(stored);
            now = ConfigSection.mapping(YAML.readValue(yaml(experiment.toMap()), Map.class));
        } catch (IOException unreadable) {
            throw new UserError(
                    "expected a readable " + experiment() + "; use another --out", unreadable);
        }
        List<String> differences = FieldDiff.of(before, now);
        if (!differences.isEmpty()) {
            throw changed(differences);
        }
    }

    private UserError changed(List<String> differences) {
        return new UserError(
                "expected the experiment of "
                        + path
                        + " or one that only adds cells, found these changes: "
                        + String.join("; ", differences)
                        + "; undo them or use another --out");
    }

    private static Map<String, Object> fields(Cell cell) {
        return cell == null ? Map.of() : StoredCell.of(cell).fields();
    }

    private static byte[] yaml(Map<String, Object> map) {
        try {
            return YAML.writeValueAsString(map).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
