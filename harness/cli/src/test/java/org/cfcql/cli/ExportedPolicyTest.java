package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportedPolicyTest {
    private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final TaskShape TASK =
            new TaskShape(
                    "mpe/simple_spread", "random", 3, 18, 54, new ActionSpace.Box(2, -1, 1), 25);

    @TempDir Path folder;

    @BeforeAll
    static void initialise() {
        LibTorchRuntime.initialise(1);
    }

    @Test
    void thePythonOfTheDocumentationActsLikeTheHarness() throws Exception {
        assumeTrue(
                Bridges.at(HOME).installed("numpy"),
                "skipped: the numpy environments are not installed (make venv)");
        float[] seen = new float[TASK.agents() * TASK.observationSize()];
        new RandomStream(3).fillNormal(seen);
        Path file = folder.resolve("policy.safetensors");
        float[] expected = exportAndAct(file, seen);
        float[] reloaded;
        try (PolicyFile.Loaded loaded = PolicyFile.open(file).load(Algorithms::find, TENSORS)) {
            reloaded = act(loaded.policy(), seen);
        }
        assertThat(reloaded).as("the harness reads its own file").isEqualTo(expected);

        String program =
                "import json, sys, numpy as np\n"
                        + "sys.path.insert(0, sys.argv[1])\n"
                        + "from exported_policy import ExportedPolicy\n"
                        + "seen = np.array(json.loads(sys.argv[3]), dtype=np.float32)\n"
                        + "actions = ExportedPolicy(sys.argv[2]).act(seen.reshape(3, 18))\n"
                        + "print(json.dumps(actions.ravel().tolist()))\n";
        Process python =
                new ProcessBuilder(
                                Bridges.at(HOME).python("numpy").toString(),
                                "-c",
                                program,
                                HOME.resolve("tools").toString(),
                                file.toString(),
                                new ObjectMapper().writeValueAsString(seen))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor()).isZero();
        JsonNode actions = new ObjectMapper().readTree(printed);
        assertThat(actions).hasSize(expected.length);
        for (int index = 0; index < expected.length; index++) {
            // Three layers in single precision, summed in another order.
            assertThat(actions.get(index).asDouble())
                    .as("value " + index)
                    .isCloseTo(expected[index], Offset.offset(2e-5));
        }
    }

    @Test
    void theSnippetOfTheDocumentationIsTheToolsFile() throws Exception {
        String page = Files.readString(HOME.resolve("docs/exported-policies.md"));
        String tool = Files.readString(HOME.resolve("tools/exported_policy.py"));
        assertThat(page).contains("```python\n" + tool + "```");
    }

    @Test
    void aFileThatIsNoPolicyIsRefusedWithOneLine() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no policy at all, only words");
        assertThatThrownBy(() -> PolicyFile.open(text))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected a safetensors file");
        assertThatThrownBy(() -> PolicyFile.open(folder.resolve("absent")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected a checkpoint or an exported policy");
    }

    /** Exports a policy whose normalisation is not the identity. */
    private static float[] exportAndAct(Path file, float[] seen) {
        SeedTree seeds = new SeedTree(7);
        Settings settings = new Settings("bc", Map.of());
        try (HarnessContext context =
                        new HarnessContext(
                                Compute.byLibTorch(TENSORS),
                                seeds,
                                new StreamNoise(seeds, TENSORS),
                                Probe.SILENT,
                                new BudgetLedger(new Budget(Map.of())));
                Learner learner =
                        Algorithms.find("bc")
                                .configure(TASK, settings, Track.EQUAL)
                                .create(context)) {
            Map<String, Tensor> acting = PolicyFile.acting(learner.networks());
            RandomStream noise = new RandomStream(5);
            acting.forEach((name, tensor) -> disturb(tensor, noise));
            PolicyFile.write(
                    file,
                    acting,
                    PolicyFile.metadata(
                            new PolicyFile.Description(
                                    "bc",
                                    settings.resolved(),
                                    TASK,
                                    new TreeMap<>(),
                                    7,
                                    "a test")));
            return act(learner.policy(), seen);
        }
    }

    private static void disturb(Tensor tensor, RandomStream noise) {
        float[] values = new float[(int) tensor.numel()];
        noise.fillUniform(values, 0.05f, 0.4f);
        long[] shape = new long[(int) tensor.dim()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = tensor.size(axis);
        }
        tensor.detach().copy_(TENSORS.of(values, shape));
    }

    private static float[] act(Policy policy, float[] seen) {
        try (Policy.Session session = policy.open(1)) {
            session.reset(0);
            Observations observations = new Observations(1, seen, seen, new byte[0]);
            return ((Actions.Continuous) session.act(observations)).values();
        }
    }
}
