package org.cfcql.run.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.AlgorithmLookup;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.OpaqueState;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.random.SeedTree;
import org.cfcql.run.storage.Storage;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.Safetensors;
import org.cfcql.tensor.TensorFactory;

/**
 * A stored policy: the acting networks as safetensors with everything needed to rebuild them, as
 * {@code cfcql export} writes it. A checkpoint carries the same description, so it can be read as a
 * policy too.
 */
public final class PolicyFile {
    private static final String FORMAT = "cfcql-policy 1";
    private static final ObjectMapper JSON =
            JsonMapper.builder().addMixIn(ActionSpace.class, TaggedActionSpace.class).build();

    private final Path file;
    private final Safetensors stored;
    private final Description description;

    private static final int LARGEST_SIZE = 1 << 20;

    private PolicyFile(Path file, Safetensors stored, Description description) {
        this.file = file;
        this.stored = stored;
        this.description = description;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ActionSpace.Discrete.class, name = "discrete"),
        @JsonSubTypes.Type(value = ActionSpace.Box.class, name = "box")
    })
    private interface TaggedActionSpace {}

    /**
     * What a policy is and where it comes from.
     *
     * @param algorithm algorithm id
     * @param settings its keys in force
     * @param task sizes and names it was built for
     * @param environmentOptions options of its environment
     * @param seed seed of its training
     * @param origin id of its cell, or what else it comes from
     */
    public record Description(
            String algorithm,
            SortedMap<String, Object> settings,
            TaskShape task,
            SortedMap<String, String> environmentOptions,
            long seed,
            String origin) {}

    /** A policy in memory; closing it frees its networks. */
    public static final class Loaded implements AutoCloseable {
        private final HarnessContext context;
        private final Learner learner;

        private Loaded(HarnessContext context, Learner learner) {
            this.context = context;
            this.learner = learner;
        }

        /** Greedy and noise-free. */
        public Policy policy() {
            return learner.policy();
        }

        @Override
        public void close() {
            learner.close();
            context.close();
        }
    }

    /**
     * Opens an exported file, a checkpoint's folder or a cell's folder.
     *
     * @throws UserError if there is no policy at the path
     */
    public static PolicyFile open(Path path) {
        Path file = path;
        for (String below : List.of("checkpoint", "tensors.safetensors")) {
            file = Files.exists(file.resolve(below)) ? file.resolve(below) : file;
        }
        if (!Files.isRegularFile(file)) {
            throw new UserError(
                    "expected a checkpoint or an exported policy at "
                            + path
                            + ", found none; name cells/ID below a run folder or a .safetensors"
                            + " file");
        }
        Safetensors stored = Safetensors.read(file);
        return new PolicyFile(file, stored, describe(file, stored.metadata()));
    }

    /** The file that was found at the path. */
    public Path file() {
        return file;
    }

    /** What the policy is. */
    public Description description() {
        return description;
    }

    /** Everything the file says of itself. */
    public SortedMap<String, String> metadata() {
        return stored.metadata();
    }

    /**
     * Rebuilds the policy.
     *
     * @param algorithms finds algorithms
     * @param tensors device and precision to act on
     */
    public Loaded load(AlgorithmLookup algorithms, TensorFactory tensors) {
        tensors.device().requireAvailable();
        SeedTree seeds = new SeedTree(description.seed());
        HarnessContext context =
                new HarnessContext(
                        Compute.byLibTorch(tensors),
                        seeds,
                        new StreamNoise(seeds.child("noise"), tensors),
                        Probe.SILENT,
                        new BudgetLedger(new Budget(Map.of())));
        Algorithm algorithm = algorithms.find(description.algorithm(), description.settings());
        Settings settings = Settings.stored(description.algorithm(), description.settings());
        // Every value in force is stored, so that no default of a track holds.
        Learner learner =
                algorithm.configure(description.task(), settings, Track.EQUAL).create(context);
        Loaded loaded = new Loaded(context, learner);
        try {
            learner.opaqueState()
                    .ifPresentOrElse(
                            state -> state.load(stored.bytes(OpaqueState.TENSOR)),
                            () -> stored.copyInto(acting(learner.networks())));
            return loaded;
        } catch (RuntimeException refused) {
            loaded.close();
            throw refused;
        }
    }

    /**
     * Writes the acting networks of this policy.
     *
     * @param provenance further texts to keep in the file
     */
    public void export(Path target, AlgorithmLookup algorithms, Map<String, String> provenance) {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        try (Loaded loaded = load(algorithms, tensors)) {
            SortedMap<String, String> metadata = new TreeMap<>(metadata(description));
            metadata.putAll(provenance);
            if (loaded.learner.opaqueState().isPresent()) {
                throw new UserError(
                        "expected the policy of networks to export, found the state of the learner"
                                + " '"
                                + description.algorithm()
                                + "', which only its own program can read; keep the checkpoint "
                                + file.getParent());
            }
            write(target, acting(loaded.learner.networks()), metadata);
        }
    }

    /** Writes acting networks; {@code target} is there completely or not at all. */
    public static void write(
            Path target, Map<String, Tensor> acting, SortedMap<String, String> metadata) {
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            Safetensors.write(fresh, acting, metadata);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            Storage.deleteTree(fresh);
            throw Storage.writeFault(target, failure);
        }
    }

    /**
     * The networks that decide, as {@code NETWORK.PARAMETER}; no targets and no critics.
     *
     * @throws HarnessBug if a learner declares none: its policy would be stored without what it
     *     learned
     */
    public static Map<String, Tensor> acting(List<NamedNetwork> networks) {
        List<NamedNetwork> acting = networks.stream().filter(NamedNetwork::acting).toList();
        if (acting.isEmpty()) {
            throw new HarnessBug(
                    "expected a learner to declare the networks that its policy plays with, found"
                            + " none among "
                            + networks.stream().map(NamedNetwork::name).toList()
                            + "; mark them with forActing() where its networks() lists them");
        }
        return NetworkTensors.of(acting);
    }

    /** A description as the metadata of a file. */
    public static SortedMap<String, String> metadata(Description description) {
        try {
            SortedMap<String, String> metadata = new TreeMap<>();
            metadata.put("format", FORMAT);
            metadata.put("algorithm", description.algorithm());
            metadata.put("settings", JSON.writeValueAsString(description.settings()));
            metadata.put("task", JSON.writeValueAsString(description.task()));
            metadata.put(
                    "environmentOptions",
                    JSON.writeValueAsString(description.environmentOptions()));
            metadata.put("seed", Long.toString(description.seed()));
            metadata.put("origin", description.origin());
            return metadata;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @SuppressWarnings("unchecked")
    private static Description describe(Path file, SortedMap<String, String> metadata) {
        String format = metadata.getOrDefault("format", "none");
        if (!format.equals(FORMAT)) {
            throw new UserError(
                    "expected a policy of format '"
                            + FORMAT
                            + "' at "
                            + file
                            + ", found '"
                            + format
                            + "'; export it again, or use the newer cfcql that wrote it");
        }
        try {
            return new Description(
                    present(metadata.get("algorithm")),
                    present(JSON.readValue(text(metadata, "settings"), TreeMap.class)),
                    possible(JSON.readValue(text(metadata, "task"), TaskShape.class)),
                    present(JSON.readValue(text(metadata, "environmentOptions"), TreeMap.class)),
                    Long.parseLong(metadata.get("seed")),
                    present(metadata.get("origin")));
        } catch (JsonProcessingException | IllegalArgumentException wrong) {
            throw new UserError(
                    "expected a policy at "
                            + file
                            + ", found a damaged description; export it"
                            + " again",
                    wrong);
        }
    }

    private static String text(SortedMap<String, String> metadata, String key) {
        return present(metadata.get(key));
    }

    private static <T> T present(T value) {
        if (value == null) {
            throw new IllegalArgumentException("a value is missing");
        }
        return value;
    }

    /** Sizes that a network can be built of; the file's tensors are held to it afterwards. */
    private static TaskShape possible(TaskShape task) {
        present(task);
        present(task.environment());
        present(task.actionSpace());
        boolean possible =
                within(task.agents())
                        && within(task.observationSize())
                        && within(task.stateSize())
                        && within(task.actionSpace().size())
                        && within(task.episodeLimit());
        if (!possible) {
            throw new IllegalArgumentException("sizes that no network has");
        }
        return task;
    }

    private static boolean within(int size) {
        return size >= 1 && size <= LARGEST_SIZE;
    }
}
