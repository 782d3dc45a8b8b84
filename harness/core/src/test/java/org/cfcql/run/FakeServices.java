package org.cfcql.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.ReplaySampler;
import org.cfcql.data.batch.Sampler;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.AlgorithmLookup;
import org.cfcql.learn.Policy;
import org.cfcql.learn.TaskShape;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.training.Services;
import org.cfcql.tensor.TensorFactory;

/** A task, data and algorithms that need neither processes nor files. */
public final class FakeServices {
    static final ActionSpace ACTIONS = new ActionSpace.Box(2, -1, 1);

    private FakeServices() {}

    public static Services create() {
        return new Services(
                new FakeDatasets(),
                new FakeEnvironments(),
                AlgorithmLookup.byId(FakeServices::algorithm),
                FakeServices::evaluate);
    }

    /** Knows two environments. */
    private static final class FakeEnvironments implements EnvironmentProvider {
        @Override
        public VectorEnvironment open(EnvironmentRequest request) {
            return new FakeEnvironment(request.id(), 0, id -> {});
        }

        @Override
        public void requireKnown(String id) {
            List<String> known = List.of("mpe/simple_spread", "mpe/simple_tag");
            if (!known.contains(id)) {
                throw new UserError(
                        "expected an environment, found '" + id + "'; " + Suggestion.of(id, known));
            }
        }
    }

    static Algorithm algorithm(String id) {
        return switch (id) {
            case "fake" -> new FakeAlgorithm("fake", 0);
            case FakeAlgorithm.UNDECLARED -> new FakeAlgorithm(id, 0);
            case "fake-pretrained" -> new FakeAlgorithm("fake-pretrained", 7);
            default ->
                    throw new UserError(
                            "expected the id of an algorithm, found '"
                                    + id
                                    + "'; "
                                    + Suggestion.of(id, List.of("fake", "fake-pretrained")));
        };
    }

    /** The score depends on the policy and on the seed. */
    static List<EpisodeResult> evaluate(
            VectorEnvironment environment, Policy policy, List<Long> seeds) {
        List<EpisodeResult> outcomes = new ArrayList<>();
        Observations seen = new Observations(1, new float[3], new float[3], new byte[0]);
        try (Policy.Session session = policy.open(1)) {
            for (long seed : seeds) {
                float action = ((Actions.Continuous) session.act(seen)).values()[0];
                double score = action + new SeedTree(seed).stream().nextDouble();
                SortedMap<String, Double> info = new TreeMap<>(Map.of("collisions", 1.0));
                outcomes.add(
                        new EpisodeResult(
                                outcomes.size(), seed, score, new double[] {score}, 25, info));
            }
        }
        return outcomes;
    }

    /**
     * Data sets by name: {@code shuffled} lacks next actions, {@code tag} is of another task,
     * {@code wide} of other sizes, {@code optional} of other options, {@code import} of an unknown
     * environment.
     */
    private static final class FakeDatasets implements DatasetDirectory {
        @Override
        public DatasetFacts facts(String path) {
            String environment = path.contains("tag") ? "mpe/simple_tag" : "mpe/simple_spread";
            if (path.contains("missing")) {
                throw new UserError("expected a data set at " + path + ", found none");
            }
            // Wide data are of another layout than the environment has without options.
            int width = path.contains("wide") ? 4 : 3;
            TaskShape task = new TaskShape(environment, "random", 1, width, width, ACTIONS, 25);
            TreeMap<String, String> options = new TreeMap<>();
            if (path.contains("optional")) {
                options.put("layout", "of data");
            }
            boolean consecutive = !path.contains("shuffled");
            return new DatasetFacts(
                    task,
                    options,
                    path.contains("import") ? "" : "f00d",
                    "cafe",
                    400,
                    10_000,
                    159.8,
                    60.5,
                    consecutive,
                    OptionalDouble.empty());
        }

        @Override
        public Sampler open(
                String path,
                EpisodeSubset subset,
                int batch,
                RandomStream stream,
                TensorFactory tensors) {
            return new ReplaySampler(stream, numbers -> noise(batch, numbers, tensors));
        }
    }

    private static Batch noise(int batch, RandomStream stream, TensorFactory tensors) {
        float[] values = new float[batch * 2];
        stream.fillUniform(values, -1, 1);
        Tensor actions = tensors.of(values, batch, 1, 2);
        return new TransitionBatch(
                actions, actions, actions, actions, actions, actions, actions, actions);
    }

    /** Says what it is; the fake evaluator never steps it. */
    record FakeEnvironment(String id, int restarts, Consumer<String> closed)
            implements VectorEnvironment {
        @Override
        public EnvironmentSpec spec() {
            return new EnvironmentSpec(
                    id,
                    List.of("agent_0"),
                    3,
                    3,
                    true,
                    ACTIONS,
                    false,
                    25,
                    EnvironmentSpec.TimeoutKind.TRUNCATION,
                    true,
                    "mean",
                    List.of(),
                    "per_episode",
                    "bitwise",
                    "f00d",
                    Map.of("numpy", "2.2.0"));
        }

        @Override
        public int environments() {
            return 1;
        }

        @Override
        public Observations reset(boolean[] mask, long[] seeds) {
            throw new UnsupportedOperationException("not stepped");
        }

        @Override
        public StepResult step(Actions actions, boolean[] active) {
            throw new UnsupportedOperationException("not stepped");
        }

        @Override
        public void close() {
            closed.accept(id);
        }
    }
}
