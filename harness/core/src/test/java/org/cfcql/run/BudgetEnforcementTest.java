package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetExceeded;
import org.cfcql.budget.Role;
import org.cfcql.error.UserError;
import org.cfcql.learn.AdamSettings;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.GrantedBudget;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.StopSignal;
import org.cfcql.tensor.OwnedTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Budgets hold whatever an algorithm does: one unit too many of any role ends its cell. */
class BudgetEnforcementTest {
    private static final int PRETRAINING = 7;

    @TempDir Path folder;

    /**
     * A decent algorithm with one more optimiser, which it steps once when it should not.
     *
     * @param role what it spends
     * @param when call after which it does: {@code FULL}, {@code pretrain}
     */
    private record Greedy(Role role, String when) implements Algorithm {
        private static Algorithm decent() {
            return new FakeAlgorithm("fake", PRETRAINING);
        }

        @Override
        public String id() {
            return "fake";
        }

        @Override
        public String title() {
            return "spends one unit too many";
        }

        @Override
        public Capabilities capabilities() {
            return decent().capabilities();
        }

        @Override
        public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
            ConfiguredAlgorithm own = decent().configure(task, settings, track);
            return new ConfiguredAlgorithm(
                    own.schedule(),
                    own.pretraining(),
                    own.readsNextActions(),
                    context -> create(task, settings, track, context));
        }

        private Learner create(
                TaskShape task, Settings settings, Track track, LearnerContext context) {
            OwnedTensors owner = new OwnedTensors();
            Optimiser more;
            try (PointerScope scope = new PointerScope()) {
                Tensor leaf = owner.own(context.tensors().ones(1).set_requires_grad(true));
                more = context.adam("more", role, List.of(leaf), AdamSettings.of(0.1));
            }
            int[] calls = {0};
            return new WatchedAlgorithm(
                            decent(),
                            null,
                            call -> {
                                if (call.equals(when) && calls[0]++ == 0) {
                                    more.step();
                                }
                            })
                    .configure(task, settings, track)
                    .create(context);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CRITIC, FULL, 20",
        "CRITIC, pretrain, 20",
        "ACTOR, FULL, 10",
        "ACTOR, pretrain, 10",
        "AUXILIARY, pretrain, 7",
        "AUXILIARY, FULL, 7",
        "BATCH, FULL, 20",
        "AUXILIARY_BATCH, pretrain, 7"
    })
    void oneUnitTooManyOfAnyRoleEndsTheCell(Role role, String when, long granted) {
        CellFolder target = new CellFolder(folder);
        assertThatThrownBy(() -> run(new Greedy(role, when), target))
                .isInstanceOf(BudgetExceeded.class)
                .hasMessageContaining("budget of role " + role + " is " + granted)
                .hasMessageContaining("asked for " + (granted + 1));
        assertThat(target.result()).doesNotExist();
    }

    private static void run(Algorithm algorithm, CellFolder target) throws IOException {
        Services fakes = FakeServices.create();
        Services services =
                new Services(
                        fakes.datasets(),
                        fakes.environments(),
                        (id, settings) -> algorithm,
                        fakes.evaluator());
        CellProvenance provenance =
                new CellProvenance("test", Path.of("."), LibTorchRuntime.initialise(1));
        Files.createDirectories(target.path());
        RunOptions options = new RunOptions(new StopSignal(), CellProgress.SILENT);
        Cell cell = cell("track=paper");
        try (CellRunner runner = new CellRunner(cell, target, provenance, services, options)) {
            runner.run();
        }
    }

    private static Cell cell(String... overrides) {
        List<String> all = new ArrayList<>(List.of("algorithms={fake: {}}"));
        all.addAll(List.of(overrides));
        return ExperimentTest.plan(ExperimentTest.TEXT, all.toArray(String[]::new)).cells().get(0);
    }

    private static final List<PretrainingPlan> PLANS =
            List.of(new PretrainingPlan("one", 4, 3), new PretrainingPlan("two", 3, 8));

    private static Schedule schedule(int critics, int full, int inner) {
        List<UpdateStep> steps = new ArrayList<>();
        for (int index = 0; index < critics; index++) {
            UpdateStep.Kind kind = index < full ? UpdateStep.Kind.FULL : UpdateStep.Kind.CRITIC;
            steps.add(new UpdateStep(kind, UpdateStep.ALL_AGENTS, false));
        }
        return new Schedule(steps, inner, new Schedule.Refreshes(2, 4));
    }

    @Test
    void onTheEqualTrackEverybodyIsGrantedTheSame() {
        Map<Role, Long> expected =
                Map.of(
                        Role.CRITIC, 60L,
                        Role.ACTOR, 10L,
                        Role.AUXILIARY, 7L + 2 + 2,
                        Role.BATCH, 60L,
                        Role.AUXILIARY_BATCH, 7L);
        Cell cell = cell("budget.criticPerActor=6");
        for (Schedule round :
                List.of(
                        schedule(2, 1, 1),
                        schedule(6, 1, 1),
                        schedule(1, 0, 1),
                        schedule(2, 1, 3))) {
            Budget granted = GrantedBudget.of(cell, round, PLANS);
            assertThat(granted.grants()).as("%s", round).isEqualTo(expected);
        }
    }

    @Test
    void onThePapersTrackARoundIsGrantedWhatItTakes() {
        Budget granted = GrantedBudget.of(cell("track=paper"), schedule(5, 2, 3), PLANS);
        assertThat(granted.grants())
                .isEqualTo(
                        Map.of(
                                Role.CRITIC, 150L,
                                Role.ACTOR, 20L,
                                Role.AUXILIARY, 7L + 2 + 2,
                                Role.BATCH, 50L,
                                Role.AUXILIARY_BATCH, 7L));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 1, 1, 'found 7 and 1 of fake'",
        "3, 2, 1, 'found 3 and 2 of fake'",
        "2, 1, 4, 'found up to 8 of fake'"
    })
    void aRoundThatTakesMoreThanTheEqualTrackGrantsIsRefused(
            int critics, int full, int inner, String found) {
        Cell cell = cell("budget.criticPerActor=6");
        assertThatThrownBy(() -> GrantedBudget.of(cell, schedule(critics, full, inner), PLANS))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected at most 6")
                .hasMessageContaining(found);
    }
}
