package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.UserError;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.eval.EvaluationSeeds;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.run.dataset.TaskMatch;
import org.cfcql.run.folder.ScoreSample;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.Services;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cfcql eval}: evaluates a stored policy. */
@Command(
        name = "eval",
        description = "Evaluates a stored policy in its environment.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The episodes are those of the final evaluation of a cell with this seed.",
            "Example: cfcql eval"
                + " runs/quickstart/cells/cfcql__mpe-simple_spread__simple_spread-random__s0__equal"
                + " --episodes 1000"
        })
final class EvalCommand implements Callable<Integer> {
    private static final int ENVIRONMENTS = 100;

    @Parameters(
            paramLabel = "CHECKPOINT",
            description = "A cell's folder, its checkpoint, or an exported .safetensors file.")
    private Path path;

    @Option(
            names = "--episodes",
            defaultValue = "100",
            description = "Episodes (default: ${DEFAULT-VALUE}).")
    private int episodes;

    @Option(names = "--seed", description = "Seed of the episodes (default: the policy's).")
    private Long seed;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Sets an option of the environment (default: those of its training).")
    private Map<String, String> options = new LinkedHashMap<>();

    @Option(
            names = "--device",
            defaultValue = "cpu",
            description = "cpu or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (episodes < 1) {
            throw new UserError(
                    "expected --episodes to be at least 1, found " + episodes + "; raise it");
        }
        ComputeDevice computeDevice = Wiring.computeDevice(device);
        PolicyFile file = PolicyFile.open(path);
        PolicyFile.Description policy = file.description();
        SortedMap<String, String> inForce = new TreeMap<>(policy.environmentOptions());
        inForce.putAll(options);
        Services services = Wiring.services();
        EnvironmentRequest request =
                new EnvironmentRequest(
                        policy.task().environment(), inForce, Math.min(ENVIRONMENTS, episodes));
        long root = seed == null ? policy.seed() : seed;
        List<Long> seeds =
                new EvaluationSeeds(root, request.id(), StartStates.INDEPENDENT)
                        .finalEvaluation(episodes);
        try (VectorEnvironment environment = services.environments().open(request);
                PolicyFile.Loaded loaded =
                        file.load(
                                services.algorithms(),
                                new TensorFactory(computeDevice, Precision.FLOAT32))) {
            TaskMatch.require(path.toString(), policy.task(), environment.spec());
            List<Double> scores =
                    services.evaluator().evaluate(environment, loaded.policy(), seeds).stream()
                            .map(EpisodeResult::score)
                            .toList();
            print(policy, environment.spec().fingerprint(), root, scores);
            return 0;
        }
    }

    private void print(
            PolicyFile.Description policy, String fingerprint, long root, List<Double> scores) {
        PrintWriter out = spec.commandLine().getOut();
        ScoreSample sample = ScoreSample.of(scores);
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%s on %s: %d episodes, mean %.3f, std %.3f, min %.3f, max %.3f (seed %d)%n",
                    policy.algorithm(),
                    policy.task().environment(),
                    sample.count(),
                    sample.mean(),
                    sample.std(),
                    sample.min(),
                    sample.max(),
                    root);
            return;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("policy", path.toString());
        all.put("algorithm", policy.algorithm());
        all.put("origin", policy.origin());
        all.put("environment", policy.task().environment());
        all.put("environmentFingerprint", fingerprint);
        all.put("seed", root);
        all.put("episodes", sample.count());
        all.put("mean", sample.mean());
        all.put("std", sample.std());
        all.put("min", sample.min());
        all.put("max", sample.max());
        all.put("scores", scores);
        try {
            out.println(Storage.JSON.writeValueAsString(all));
        } catch (JsonProcessingException impossible) {
            throw new HarnessBug("numbers cannot be written as JSON", impossible);
        }
    }
}
