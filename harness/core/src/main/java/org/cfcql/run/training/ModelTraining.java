package org.cfcql.run.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Sampler;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Settings;
import org.cfcql.learn.UpdateStep;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.folder.CellPlaces;
import org.cfcql.run.folder.CellRecords;
import org.cfcql.run.folder.Checkpoint;
import org.cfcql.run.folder.CheckpointState;
import org.cfcql.run.folder.CheckpointState.Position;
import org.cfcql.run.folder.CheckpointState.Stream;
import org.cfcql.run.model.ModelIdentity;
import org.cfcql.run.model.StoredModel;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.AppendedFiles;
import org.cfcql.run.storage.JsonLinesFile;
import org.cfcql.run.storage.Storage;

/**
 * Trains a model apart from any cell, from its beginning or from its checkpoint, so that the model
 * is the same whichever cell trained it and however often that was interrupted.
 */
public final class ModelTraining implements AutoCloseable {
    private static final String SAMPLER = "sampler";
    private static final String METRICS = "metrics.jsonl";
    private static final String CHECKPOINT = "checkpoint";
    private static final String PLACES = "places";
    private static final ObjectMapper COMPACT = new ObjectMapper();
    private static final UpdateStep STEP =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, false);

    private final PretrainingPlan plan;
    private final ModelIdentity identity;
    private final Path folder;
    private final CellPlaces places;
    private final RunOptions options;
    private final BudgetLedger ledger;
    private final Opened opened = new Opened();
    private final Training training;
    private final JsonLinesFile metrics;
    private final AppendedFiles appended;
    private final Sampler sampler;
    private long update;
    private long lastCheckpointNanos = System.nanoTime();

    /**
     * Opens everything and loads the checkpoint if there is one.
     *
     * @param cell whose device, precision and kernels are used
     * @param here where that cell is trained
     * @param folder where to work
     */
    public ModelTraining(
            PretrainingPlan plan,
            Cell cell,
            DatasetFacts facts,
            CellData data,
            CellPlaces here,
            Path folder,
            RunOptions options) {
        this.plan = plan;
        this.folder = folder;
        this.options = options;
        identity = ModelIdentity.of(plan, cell, facts);
        CellPlaces begun = new CellPlaces(here.now(), List.of());
        PretrainingPlan.Shared shared = plan.shared().orElseThrow();
        Checkpoint.recover(folder.resolve(CHECKPOINT));
        Checkpoint stored = Checkpoint.find(folder.resolve(CHECKPOINT)).orElse(null);
        places = stored == null ? begun : stored.state().continuedIn(begun.now());
        Map<Role, Long> grants =
                Map.of(Role.AUXILIARY, plan.updates(), Role.AUXILIARY_BATCH, plan.updates());
        ledger =
                new BudgetLedger(
                        new Budget(grants), stored == null ? Map.of() : stored.state().spent());
        try {
            Files.createDirectories(folder);
            appended =
                    new AppendedFiles(folder, stored == null ? Map.of() : stored.state().files());
            training =
                    new Training(
                            Algorithms.configure(
                                    shared.model(),
                                    facts.task(),
                                    new Settings(plan.name(), shared.settings()),
                                    cell.track()),
                            cell,
                            identity.seeds(),
                            ledger);
            opened.add(training::close);
            metrics =
                    new JsonLinesFile(
                            folder.resolve(METRICS), appended.lengths().getOrDefault(METRICS, 0L));
            opened.add(metrics::close);
            sampler =
                    data.open(
                            plan.batchSize(),
                            identity.seeds().child(SAMPLER).stream(),
                            Training.tensors(cell));
            opened.add(sampler::close);
            if (stored != null) {
                training.restore(stored.state(), stored.tensors());
                sampler.restore(stored.state().stream(SAMPLER).toState());
                update = stored.state().position().pretrained();
            }
        } catch (IOException failure) {
            throw Storage.writeFault(folder, failure);
        } catch (RuntimeException failure) {
            opened.closeAfter(failure);
            throw failure;
        }
    }

    /**
     * Trains to the end, or checkpoints when somebody asks to stop.
     *
     * @return whether it is trained; then the folder holds all files of the model
     */
    boolean run() {
        while (update < plan.updates()) {
            if (options.stop().requested()) {
                checkpoint();
                return false;
            }
            step();
            options.progress().advanced("pretraining", update, plan.updates());
            if (System.nanoTime() - lastCheckpointNanos >= options.checkpointEvery().toNanos()) {
                checkpoint();
            }
        }
        training.requireFinite();
        metrics.sync();
        StoredModel.write(
                folder, identity, training.learner().networks(), Map.of(PLACES, placesText()));
        options.writePoints().passed("model written");
        return true;
    }

    private String placesText() {
        try {
            return COMPACT.writeValueAsString(places);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Where a model was trained; empty for one of a version that did not write it down.
     *
     * @throws UserError if what is written is damaged
     */
    public static Optional<CellPlaces> placesOf(StoredModel model) {
        String text = model.tensors().metadata().get(PLACES);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(COMPACT.readValue(text, CellPlaces.class));
        } catch (JsonProcessingException damaged) {
            throw new UserError(
                    "expected the places of training in the tensors of "
                            + model.folder()
                            + ", found something that does not parse; delete that folder to train"
                            + " the model again",
                    damaged);
        }
    }

    private void step() {
        try (PointerScope scope = new PointerScope()) {
            ledger.charge(Role.AUXILIARY_BATCH, 1);
            training.learner().update(sampler.next(), STEP);
        }
        if (update % Math.max(1, plan.updates() / 100) == 0) {
            metrics.append(
                    CellRecords.pretrainingLine(plan.name(), update, training.learner().metrics()));
        }
        update++;
    }

    private void checkpoint() {
        training.requireFinite();
        metrics.sync();
        SortedMap<String, Stream> streams = training.streams();
        streams.put(SAMPLER, Stream.of(sampler.state()));
        Checkpoint.write(
                folder.resolve(CHECKPOINT),
                training.tensors(),
                new TreeMap<>(Map.of("model", identity.key())),
                hash ->
                        new CheckpointState(
                                        CheckpointState.SCHEMA,
                                        identity.key(),
                                        identity.model(),
                                        identity.datasetHash(),
                                        "",
                                        new TreeMap<>(),
                                        places,
                                        new Position(0, update, 0, 0),
                                        ledger.snapshot(),
                                        streams,
                                        training.optimisers(),
                                        appended.marks(Map.of(METRICS, metrics.length())),
                                        hash,
                                        "")
                                .sealed(),
                options.writePoints());
        lastCheckpointNanos = System.nanoTime();
    }

    @Override
    public void close() {
        opened.close();
    }
}
