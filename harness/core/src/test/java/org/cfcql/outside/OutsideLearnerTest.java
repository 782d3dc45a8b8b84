package org.cfcql.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.RealBridges;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.LearnerFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.OpaqueState;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes of {@code lying_learner.py}, honest and not. */
class OutsideLearnerTest {
    private static final Bridges BRIDGES = RealBridges.open();
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final int BATCH = 4;
    private static final UpdateStep FULL =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, false);
    private static final TaskShape BOXES =
            new TaskShape("mpe/x", "random", 2, 3, 6, new ActionSpace.Box(2, -1, 1), 5);
    private static final TaskShape NUMBERS =
            new TaskShape("toy/x", "random", 2, 3, 6, new ActionSpace.Discrete(4), 5);
    private static final LearnerDeadlines PATIENT = new LearnerDeadlines(120_000, 120_000, 5_000);

    private final BudgetLedger ledger;

    OutsideLearnerTest() {
        Map<Role, Long> grants = new EnumMap<>(Role.class);
        grants.put(Role.ACTOR, 100L);
        grants.put(Role.CRITIC, 100L);
        ledger = new BudgetLedger(new Budget(grants));
    }

    private static List<String> lying(String... words) {
        List<String> command = new ArrayList<>();
        command.add(BRIDGES.python("numpy").toString());
        command.add("env-bridges/tests/lying_learner.py");
        command.addAll(List.of(words));
        return command;
    }

    private static Algorithm algorithm(List<String> command, LearnerDeadlines deadlines) {
        return new OutsideAlgorithms(
                        Algorithms::lookUp, Algorithms::find, BRIDGES, BRIDGES.home(), deadlines)
                .find("mine", Map.of("command", command));
    }

    private static Settings settings(List<String> command, Map<String, Object> keys) {
        Map<String, Object> all = new TreeMap<>(keys);
        all.put("command", command);
        return new Settings("mine", all);
    }

    private static ConfiguredAlgorithm configured(
            TaskShape task, LearnerDeadlines deadlines, Map<String, Object> keys) {
        Settings settings = settings(lying(), keys);
        return Algorithms.configure(algorithm(lying(), deadlines), task, settings, Track.EQUAL);
    }

    private HarnessContext context() {
        SeedTree seeds = new SeedTree(7);
        return new HarnessContext(
                Compute.byLibTorch(TENSORS),
                seeds,
                new StreamNoise(seeds, TENSORS),
                Probe.SILENT,
                ledger);
    }

    private static TransitionBatch transitions() {
        Tensor seen = TENSORS.ones(BATCH, 2, 3);
        Tensor numbers = TENSORS.zeros(BATCH, 2);
        Tensor state = TENSORS.ones(BATCH, 6);
        Tensor actions = TENSORS.zeros(BATCH, 2, 2);
        return new TransitionBatch(seen, actions, numbers, numbers, seen, actions, state, state);
    }

    private static EpisodeBatch episodes() {
        Tensor slots = TENSORS.ones(BATCH, 6);
        return new EpisodeBatch(
                TENSORS.ones(BATCH, 6, 2, 3),
                TENSORS.ones(BATCH, 6, 6),
                TENSORS.ones(BATCH, 6, 2, 4),
                TENSORS.zeros(BATCH, 6, 2),
                slots,
                TENSORS.zeros(BATCH, 6),
                slots);
    }

    private static Observations seen(TaskShape task, int rows) {
        float[] observations = new float[rows * task.agents() * task.observationSize()];
        byte[] mask = new byte[0];
        if (task.actionSpace() instanceof ActionSpace.Discrete) {
            mask = new byte[rows * task.agents() * task.actionSpace().size()];
            Arrays.fill(mask, (byte) 1);
            for (int first = 0; first < mask.length; first += task.actionSpace().size()) {
                mask[first] = 0;
            }
        }
        return new Observations(rows, observations, observations, mask);
    }

    private static Actions act(Learner learner, TaskShape task, int rows) {
        try (Policy.Session session = learner.policy().open(rows)) {
            session.reset(0);
            return session.act(seen(task, rows));
        }
    }

    @Test
    void anHonestLearnerIsChargedWhatItDeclaresAndMarkedAsDeclared() {
        ConfiguredAlgorithm algorithm = configured(BOXES, PATIENT, Map.of());
        try (PointerScope scope = new PointerScope();
                HarnessContext context = context();
                Learner learner = algorithm.create(context)) {
            learner.update(transitions(), FULL);
            learner.update(transitions(), FULL);
            assertThat(learner.metrics()).containsKey("loss").containsEntry("sum", 24.0);
            assertThat(ledger.spent(Role.ACTOR)).isEqualTo(2);
            assertThat(ledger.declared()).containsExactly(Role.ACTOR);
            assertThat(context.roles()).containsExactly(Role.ACTOR);
            float[] actions = ((Actions.Continuous) act(learner, BOXES, 3)).values();
            assertThat(actions).hasSize(3 * 2 * 2);
        }
    }

    @Test
    void whatItLearnedFromItsStateIsWhatItWouldHaveLearned() {
        ConfiguredAlgorithm algorithm = configured(NUMBERS, PATIENT, Map.of());
        try (PointerScope scope = new PointerScope();
                HarnessContext context = context();
                Learner first = algorithm.create(context);
                Learner second = algorithm.create(context)) {
            first.update(episodes(), FULL);
            byte[] state = first.opaqueState().orElseThrow().save();
            OpaqueState other = second.opaqueState().orElseThrow();
            assertThat(other.save()).isNotEqualTo(state);
            other.load(state);
            assertThat(other.save()).isEqualTo(state);
            first.update(episodes(), FULL);
            second.update(episodes(), FULL);
            assertThat(second.metrics()).isEqualTo(first.metrics());
            assertThat(other.save()).isEqualTo(first.opaqueState().orElseThrow().save());
            int[] chosen = ((Actions.Discrete) act(first, NUMBERS, 2)).values();
            assertThat(chosen).as("the first available ones").containsOnly(1);
        }
    }

    /** What is done wrong, what is said of it, and the exit code. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    crash       | UPDATE | ended with status 139 (signal 11) during UPDATE | 7
                    exit        | UPDATE | status 9 during UPDATE [I have had enough] | 7
                    raise       | UPDATE | it failed: ValueError: no such matrix (lying_learner.py | 7
                    nan         | UPDATE | found NaN as its metric 'loss' | 5
                    overspend   | UPDATE | optimiser steps {actor=1} for a full update, found {actor=3} | 7
                    idle        | UPDATE | optimiser steps {actor=1} for a full update, found {actor=0} | 7
                    other       | UPDATE | optimiser steps {actor=1} for a full update, found {critic=1} | 7
                    wrong-shape | ACT    | expected actions of 3 rows in 48 bytes, found 24 bytes | 7
                    nan-action  | ACT    | found NaN; its policy has diverged | 5
                    out-of-bounds | ACT  | expected actions from -1.0 to 1.0, found 100 | 7
                    empty-state | SAVE   | expected a state of 1 to | 7
                    """)
    void aLearnerThatDoesWrongIsNamedInOneLine(
            String lie, String where, String said, int exitCode) {
        ConfiguredAlgorithm algorithm = configured(BOXES, PATIENT, Map.of("lie", lie));
        try (PointerScope scope = new PointerScope();
                HarnessContext context = context();
                Learner learner = algorithm.create(context)) {
            assertThatThrownBy(
                            () -> {
                                learner.update(transitions(), FULL);
                                act(learner, BOXES, 3);
                                learner.opaqueState().orElseThrow().save();
                            })
                    .as(where)
                    .isInstanceOfSatisfying(
                            CfcqlException.class,
                            fault -> {
                                assertThat(fault.exitCode()).isEqualTo(exitCode);
                                assertThat(fault.getMessage().lines()).hasSize(1);
                            })
                    .hasMessageContaining("learner 'mine'")
                    .hasMessageContaining(said);
        }
    }

    @Test
    void aMaskedActionIsNamedWithAgentAndRow() {
        ConfiguredAlgorithm algorithm = configured(NUMBERS, PATIENT, Map.of("lie", "masked"));
        try (PointerScope scope = new PointerScope();
                HarnessContext context = context();
                Learner learner = algorithm.create(context)) {
            learner.update(episodes(), FULL);
            assertThatThrownBy(() -> act(learner, NUMBERS, 2))
                    .isInstanceOf(LearnerFault.class)
                    .hasMessageContaining("action 0 of agent 0 in row 0, which is masked");
        }
    }

    @Test
    void aLearnerThatHangsIsKilledWhenItsTimeIsOver() {
        ConfiguredAlgorithm algorithm =
                configured(
                        BOXES,
                        new LearnerDeadlines(120_000, 4_000, 1_000),
                        Map.of("lie", "hang", "after", 1));
        try (PointerScope scope = new PointerScope();
                HarnessContext context = context();
                Learner learner = algorithm.create(context)) {
            learner.update(transitions(), FULL);
            assertThatThrownBy(() -> learner.update(transitions(), FULL))
                    .isInstanceOf(LearnerFault.class)
                    .hasMessageContaining("UPDATE took longer than 4000 ms");
            assertThatThrownBy(() -> learner.update(transitions(), FULL))
                    .isInstanceOf(LearnerFault.class)
                    .hasMessageContaining("has ended before");
            assertThat(ledger.spent(Role.ACTOR)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    gian        | 2    | expected a key of lying, found 'gian'; did you mean 'gain'? | 2
                    gain        | true | expected lying.gain to be of type float, found 'True' | 2
                    after       | 1.5  | expected lying.after to be of type int, found '1.5' | 2
                    lie         | round | expected READY.round of known words, found 'sideways' | 7
                    """)
    void settingsAndRoundsAreRefusedBeforeAnythingRuns(
            String key, String value, String said, int exitCode) {
        Object typed =
                value.equals("true")
                        ? true
                        : value.matches("[0-9.]+") ? (Object) Double.valueOf(value) : value;
        assertThatThrownBy(() -> configured(BOXES, PATIENT, Map.of(key, typed)))
                .isInstanceOfSatisfying(
                        CfcqlException.class,
                        fault -> assertThat(fault.exitCode()).isEqualTo(exitCode))
                .hasMessageContaining("mine")
                .hasMessageContaining(said);
    }

    @Test
    void aLearnerThatIsAnotherWhenTheCellRunsIsRefused() {
        ConfiguredAlgorithm algorithm = configured(BOXES, PATIENT, Map.of("lie", "fickle"));
        try (HarnessContext context = context()) {
            assertThatThrownBy(() -> algorithm.create(context))
                    .isInstanceOf(LearnerFault.class)
                    .hasMessageContaining("say the same of itself each time");
        }
    }

    @Test
    void aProgramThatIsNoneAndOneThatSaysNothingAreNamed() {
        assertThatThrownBy(() -> algorithm(List.of("no-such-program"), PATIENT).capabilities())
                .isInstanceOf(MissingDependency.class)
                .hasMessageContaining("a program that starts as 'no-such-program'");
        assertThatThrownBy(() -> algorithm(List.of("true"), PATIENT).capabilities())
                .isInstanceOf(LearnerFault.class)
                .hasMessageContaining("ended with status 0 during HELLO");
        LearnerDeadlines impatient = new LearnerDeadlines(1_500, 1_500, 1_000);
        assertThatThrownBy(() -> algorithm(lying("silent"), impatient).capabilities())
                .isInstanceOf(LearnerFault.class)
                .hasMessageContaining("HELLO took longer than 1500 ms");
        assertThatThrownBy(() -> algorithm(lying("nameless"), PATIENT).capabilities())
                .isInstanceOf(LearnerFault.class)
                .hasMessageContaining("a wrong HELLO");
    }

    @Test
    void whatDecidesNumbersIsAmongTheSettingsInForce() {
        Settings settings = settings(lying(), Map.of("gain", 3));
        Algorithms.configure(algorithm(lying(), PATIENT), BOXES, settings, Track.EQUAL);
        assertThat(settings.resolved())
                .containsEntry("gain", 3)
                .containsEntry("after", 0)
                .containsEntry("learner.name", "lying")
                .containsEntry("learner.version", "2");
        assertThat(String.valueOf(settings.resolved().get("learner.files")))
                .matches("lying_learner.py=[0-9a-f]{64}");

        Map<String, Object> stored = new TreeMap<>(settings.resolved());
        Algorithms.configure(
                algorithm(lying(), PATIENT), BOXES, Settings.stored("mine", stored), Track.EQUAL);
        stored.put("learner.files", "lying_learner.py=0123");
        assertThatThrownBy(
                        () ->
                                Algorithms.configure(
                                        algorithm(lying(), PATIENT),
                                        BOXES,
                                        Settings.stored("mine", stored),
                                        Track.EQUAL))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected mine.learner.files to be")
                .hasMessageContaining("lying_learner.py=0123");
    }

    @Test
    void onlyAnInterpreterIsNoPartOfALearner() {
        Path home = BRIDGES.home();
        List<String> script = List.of("./cfcql", "README.md", "--flag");
        assertThat(new OutsideCommand(script, home).hashes()).startsWith("README.md=");
        assertThat(new OutsideCommand(List.of("./cfcql"), home).hashes()).startsWith("cfcql=");
        assertThat(new OutsideCommand(List.of("cfcql"), home).hashes()).isEmpty();
        assertThat(new OutsideCommand(List.of("README.md", "./README.md"), home).absolute())
                .containsExactly("README.md", home.resolve("README.md").toString());
    }

    @Test
    void anAlgorithmOfTheHarnessCannotBeAProcess() {
        OutsideAlgorithms lookup =
                new OutsideAlgorithms(
                        Algorithms::lookUp, Algorithms::find, BRIDGES, BRIDGES.home(), PATIENT);
        assertThatThrownBy(() -> lookup.find("cfcql", Map.of("command", List.of("true"))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found 'cfcql', an algorithm of the harness; rename it");
        assertThatThrownBy(() -> lookup.find("a b", Map.of("command", List.of("true"))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found 'a b'; rename it");
        assertThat(lookup.find("cfcql", Map.of()).id()).isEqualTo("cfcql");
    }

    @Test
    void secondsOfAVariableAreTheDeadlines() {
        assertThat(LearnerDeadlines.of(Map.of())).isEqualTo(LearnerDeadlines.DEFAULT);
        assertThat(LearnerDeadlines.of(Map.of("CFCQL_LEARNER_SECONDS", "20")))
                .isEqualTo(new LearnerDeadlines(20_000, 20_000, 5_000));
        assertThatThrownBy(() -> LearnerDeadlines.of(Map.of("CFCQL_LEARNER_SECONDS", "soon")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found 'soon'");
    }
}
