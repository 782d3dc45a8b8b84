package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.MissingDependency;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.learn.TaskShape;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.random.RandomStream;
import org.cfcql.run.Preflight;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.experiment.TaskCatalogue;
import org.cfcql.run.plan.Plan;
import org.cfcql.run.training.Services;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every experiment that comes with the harness can be planned, at full length and scaled. */
final class ShippedExperimentsTest {
    private static final Path EXPERIMENTS = Path.of("../../experiments");

    /** Asked for what tasks are that nothing is published for. */
    private static final BridgeProvider ENVIRONMENTS =
            new BridgeProvider(Bridges.at(CheckoutHome.PATH));

    static List<Path> experiments() throws IOException {
        try (Stream<Path> files = Files.walk(EXPERIMENTS)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
            assertThat(found).hasSizeGreaterThan(20);
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void passesThePreflight(Path file) {
        LibTorchRuntime.initialise(1);
        int cells = plan(ExperimentReader.read(file, List.of())).cells().size();
        assertThat(cells).isPositive();
        Plan scaled = plan(ExperimentReader.read(file, List.of("scale=0.1")));
        assertThat(scaled.cells()).hasSize(cells);
        assertThat(scaled.cells()).allMatch(cell -> cell.id().endsWith("-scale0.1"));
    }

    private static Plan plan(Experiment experiment) {
        Services services =
                new Services(
                        new NamedData(experiment),
                        new Unsized(ENVIRONMENTS),
                        Algorithms::find,
                        (environment, policy, seeds) -> List.of());
        return Preflight.plan(experiment, services);
    }

    /** Has no published task at hand, whose sizes the data would be held to: they are made up. */
    private record Unsized(EnvironmentProvider real) implements EnvironmentProvider {
        @Override
        public VectorEnvironment open(EnvironmentRequest request) {
            if (TaskCatalogue.find(request.id()).isPresent()) {
                throw new MissingDependency("nothing is played here");
            }
            return real.open(request);
        }

        @Override
        public void requireKnown(String id) {
            real.requireKnown(id);
        }

        @Override
        public void requireOptions(String id, Map<String, String> options) {
            real.requireOptions(id, options);
        }
    }

    /** Data that are what their path says: a task of the experiment, then the kind. */
    private record NamedData(Experiment experiment) implements DatasetDirectory {
        private static final List<String> KINDS =
                List.of("medium-replay", "medium", "random", "expert", "mixed", "above-0.8");

        @Override
        public DatasetFacts facts(String path) {
            String environment =
                    experiment.environments().stream()
                            .map(Experiment.EnvironmentChoice::id)
                            .filter(id -> path.contains(shortName(id)))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("no task for " + path));
            String kind = KINDS.stream().filter(path::endsWith).findFirst().orElse("other");
            boolean discrete =
                    TaskCatalogue.find(environment).orElseThrow().branch() == Branch.DISCRETE;
            ActionSpace actions =
                    discrete ? new ActionSpace.Discrete(3) : new ActionSpace.Box(2, -1, 1);
            TaskShape task = new TaskShape(environment, kind, 2, 4, 8, actions, 25);
            return new DatasetFacts(task, "", "hash of " + path, 5000, 250_000, 10, 1);
        }

        /** {@code simple_spread}, {@code smax-2s3z}, {@code equal_line-2}, {@code halfcheetah}. */
        private static String shortName(String environment) {
            return environment
                    .replaceFirst("^mpe/|^mamujoco/", "")
                    .replaceFirst("-2x3$", "")
                    .replace('/', '-');
        }

        @Override
        public Sampler open(
                String path,
                EpisodeSubset subset,
                int batch,
                RandomStream stream,
                TensorFactory tensors) {
            throw new IllegalStateException("nothing is sampled here");
        }
    }
}
