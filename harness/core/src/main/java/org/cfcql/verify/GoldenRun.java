package org.cfcql.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nn.TimeSlots;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.TensorFactory;

/**
 * Drives one learner through one file.
 *
 * @param file the scenario
 * @param tensors device and precision
 * @param path which way of computing
 */
record GoldenRun(GoldenFile file, TensorFactory tensors, ComputePath path) {
    private static final Set<String> BATCH_FIELDS =
            Set.of(
                    "obs",
                    "actions",
                    "rewards",
                    "dones",
                    "next_obs",
                    "next_actions",
                    "state",
                    "next_state");

    private static final Set<String> EPISODE_FIELDS =
            Set.of("obs", "state", "avail_actions", "actions", "reward", "terminated", "filled");

    private static final Set<String> SCHEDULE_KEYS = Set.of("agent", "kind", "soft_update_after");
    private static final Set<String> KINDS = Set.of("full", "critic");

    /** Published values that go by the environment's name are none of a file's. */
    private static final String ENVIRONMENT = "golden";

    /**
     * All updates, compared.
     *
     * @throws GoldenMismatch if learner and file do not fit together
     */
    void compare(Algorithm algorithm, GoldenComparison comparison) {
        FileNoise noise = new FileNoise(tensors);
        RecordingProbe probe = new RecordingProbe();
        Settings settings = Settings.offered(file.algorithm(), settings());
        try (PointerScope scope = new PointerScope();
                HarnessContext context =
                        new HarnessContext(
                                path.compute(tensors.device(), tensors.precision()),
                                new SeedTree(0),
                                noise,
                                probe,
                                new BudgetLedger(Budget.unlimited()))) {
            // A file has a schedule of its own, and one step where it does not ask for more.
            ConfiguredAlgorithm configured =
                    algorithm.configure(taskShape(), settings, Track.EQUAL);
            try (Learner learner = configured.create(context)) {
                requireRead(settings, comparison);
                initialise(learner);
                requireKnownGroups(comparison);
                for (int index = 0; index < file.steps(); index++) {
                    OrderlyEnd.safePlace();
                    compareUpdate(index, learner, noise, probe, comparison);
                }
            }
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new GoldenForm(file).settings();
        TimeSlots.Layout layout = path.layout(tensors.precision());
        settings.put("sequences", layout.name().toLowerCase(Locale.ROOT));
        return settings;
    }

    /** An option of the file that the learner does not know must not be ignored. */
    private void requireRead(Settings settings, GoldenComparison comparison) {
        GoldenFacts.differences(file)
                .forEach((key, difference) -> comparison.fail("config." + key, difference));
        Set<String> unread = settings.unread();
        GoldenKeys.origins(file.algorithmId(), file.config())
                .forEach(
                        (setting, key) -> {
                            if (unread.contains(setting)
                                    && !IdleKeys.contains(key, file.config())) {
                                comparison.fail(
                                        "config." + key,
                                        "stored, but the learner has no " + setting);
                            }
                        });
    }

    private void compareUpdate(
            int index,
            Learner learner,
            FileNoise noise,
            RecordingProbe probe,
            GoldenComparison comparison) {
        String name = "step" + index;
        UpdateStep step = updateStep(index);
        noise.offer(file.below(name + "/draws"));
        probe.clear();
        try (PointerScope scope = new PointerScope()) {
            learner.update(batch(name), step);
        }
        if (step.targetsFollow()) {
            learner.updateTargets();
        }
        noise.unused()
                .keySet()
                .forEach(draw -> comparison.fail(name + "/draws/" + draw, "stored, but not used"));
        comparison.values(
                name,
                file.below(name + "/values"),
                probe.heard(),
                file.discrete() ? EpisodeMask.of(file, name) : EpisodeMask.NONE);
        comparison.gradients(name, file.below(name + "/grads"), probe.heard());
        SortedMap<String, GoldenArray> found = parameters(learner);
        file.below(name + "/after")
                .forEach(
                        (path, stored) -> {
                            if (!neverRead(path) && !file.terms().rounding().contains(path)) {
                                comparison.after(
                                        name,
                                        path,
                                        stored,
                                        found.get(path),
                                        index + 1,
                                        file.discrete());
                            }
                        });
    }

    private UpdateStep updateStep(int index) {
        JsonNode schedule = file.config().path("schedule");
        if (schedule.isMissingNode()) {
            return new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true);
        }
        JsonNode stored = schedule.path(index);
        String kind = stored.path("kind").asText();
        Set<String> keys = new HashSet<>(SCHEDULE_KEYS);
        stored.fieldNames().forEachRemaining(keys::add);
        if (!KINDS.contains(kind)
                || !stored.path("soft_update_after").isBoolean()
                || keys.size() > SCHEDULE_KEYS.size()) {
            throw new GoldenMismatch(
                    "config.schedule[" + index + "]",
                    "expected kind full or critic, soft_update_after and at most agent, found "
                            + stored);
        }
        return new UpdateStep(
                kind.equals("full") ? UpdateStep.Kind.FULL : UpdateStep.Kind.CRITIC,
                stored.path("agent").asInt(UpdateStep.ALL_AGENTS),
                stored.path("soft_update_after").asBoolean());
    }

    /** Every stored array must belong to a group that is read. */
    private void requireKnownGroups(GoldenComparison comparison) {
        Set<String> steps = new HashSet<>();
        for (int index = 0; index < file.steps(); index++) {
            steps.add("step" + index);
        }
        Set<String> groups = Set.of("batch", "draws", "values", "grads", "after");
        for (String path : file.arrays().keySet()) {
            String[] parts = path.split("/");
            boolean known =
                    parts[0].equals("init")
                            || (steps.contains(parts[0])
                                    && parts.length > 2
                                    && groups.contains(parts[1]));
            if (!known) {
                comparison.fail(path, "stored outside the known layout");
            }
        }
    }

    private void initialise(Learner learner) {
        SortedMap<String, GoldenArray> stored = file.below("init");
        Set<String> loaded = new HashSet<>();
        for (NamedNetwork network : learner.networks()) {
            if (network.name().equals(NamedNetwork.COUNTERS)) {
                continue;
            }
            network.tensors()
                    .forEach(
                            (name, tensor) -> {
                                String path = network.name() + "/" + name;
                                copyInto(tensor, path, stored.get(path));
                                loaded.add(path);
                            });
        }
        for (String path : stored.keySet()) {
            if (!loaded.contains(path)) {
                throw new GoldenMismatch("init/" + path, "stored, but the learner has no such");
            }
        }
    }

    private void copyInto(Tensor tensor, String path, GoldenArray stored) {
        if (stored == null || !Arrays.equals(stored.shape(), tensor.shape())) {
            throw new GoldenMismatch(
                    "init/" + path,
                    "expected with shape "
                            + Arrays.toString(tensor.shape())
                            + ", stored "
                            + (stored == null ? "nowhere" : Arrays.toString(stored.shape())));
        }
        try (PointerScope scope = new PointerScope()) {
            tensor.copy_(tensors.of(stored.values(), stored.shape()));
        }
    }

    private static SortedMap<String, GoldenArray> parameters(Learner learner) {
        SortedMap<String, GoldenArray> found = new TreeMap<>();
        for (NamedNetwork network : learner.networks()) {
            network.tensors()
                    .forEach(
                            (name, tensor) ->
                                    found.put(
                                            network.name() + "/" + name,
                                            new GoldenArray(
                                                    TensorFactory.toDoubles(tensor),
                                                    tensor.shape())));
        }
        return found;
    }

    /**
     * What docs/golden-files.md lets skip: running statistics of critics and targets, which nothing
     * ever reads.
     */
    private static boolean neverRead(String path) {
        boolean unread = path.startsWith("critic") || path.startsWith("target_");
        return unread && path.contains("/bn.running_");
    }

    private Batch batch(String step) {
        SortedMap<String, GoldenArray> fields = file.below(step + "/batch");
        for (String field : fields.keySet()) {
            if (!(file.discrete() ? EPISODE_FIELDS : BATCH_FIELDS).contains(field)) {
                throw new GoldenMismatch(step + "/batch/" + field, "unknown field");
            }
        }
        return file.discrete() ? episodes(fields) : transitions(fields);
    }

    private EpisodeBatch episodes(SortedMap<String, GoldenArray> fields) {
        return new EpisodeBatch(
                field(fields, "obs"),
                field(fields, "state"),
                field(fields, "avail_actions").to(torch.ScalarType.Bool),
                field(fields, "actions").to(torch.ScalarType.Long),
                field(fields, "reward"),
                field(fields, "terminated"),
                field(fields, "filled"));
    }

    private TransitionBatch transitions(SortedMap<String, GoldenArray> fields) {
        return new TransitionBatch(
                field(fields, "obs"),
                field(fields, "actions"),
                field(fields, "rewards"),
                field(fields, "dones"),
                field(fields, "next_obs"),
                field(fields, "next_actions"),
                field(fields, "state"),
                field(fields, "next_state"));
    }

    /** A field, or null where the algorithm's files have none. */
    private Tensor field(SortedMap<String, GoldenArray> fields, String name) {
        GoldenArray stored = fields.get(name);
        return stored == null ? null : tensors.of(stored.values(), stored.shape());
    }

    private TaskShape taskShape() {
        JsonNode config = file.config();
        if (file.discrete()) {
            return new TaskShape(
                    ENVIRONMENT,
                    "other",
                    config.path("n").asInt(),
                    config.path("O").asInt(),
                    config.path("S").asInt(),
                    new ActionSpace.Discrete(config.path("A").asInt()),
                    config.path("T").asInt());
        }
        return new TaskShape(
                ENVIRONMENT,
                "other",
                config.path("agents").asInt(),
                config.path("obs").asInt(),
                config.path("state").asInt(),
                new ActionSpace.Box(config.path("action").asInt(), -1, 1),
                0);
    }
}
