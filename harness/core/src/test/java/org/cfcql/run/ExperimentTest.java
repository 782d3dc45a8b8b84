package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cfcql.budget.Scale;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.experiment.Replay;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Plan;
import org.cfcql.run.plan.Pretraining;
import org.cfcql.run.training.Services;
import org.junit.jupiter.api.Test;

public class ExperimentTest {
    public static final String TEXT =
            """
            name: trial
            environments: [mpe/simple_spread]
            datasets: [data/random]
            algorithms: {fake: {}}
            seeds: [0]
            budget: {rounds: 10, batch: 4}
            evaluation: {every: 3, episodes: 2, finalEpisodes: 5}
            """;

    public static Plan plan(String text, String... overrides) {
        Experiment experiment = ExperimentReader.parse(text, "trial", List.of(overrides));
        return Preflight.plan(experiment, FakeServices.create());
    }

    @Test
    void absentLengthsAreThePublishedOnes() {
        String text =
                """
                environments: [mpe/simple_spread]
                datasets: [data/random]
                algorithms: {fake: {}}
                """;
        Cell cell = plan(text).cells().get(0);
        assertThat(cell.length().rounds()).isEqualTo(2001);
        assertThat(cell.length().batch()).isEqualTo(1024);
        assertThat(cell.evaluation().every()).isEqualTo(10);
        assertThat(cell.evaluation().finalEpisodes()).isEqualTo(100);
        assertThat(cell.track()).isEqualTo(Track.EQUAL);
    }

    @Test
    void dataOfOtherSizesThanTheEnvironmentAreRefusedWithBothNumbers() {
        for (String kind : List.of("wide-import", "wide-optional")) {
            assertThatThrownBy(() -> plan(TEXT.replace("data/random", "data/" + kind)))
                    .isInstanceOf(UserError.class)
                    .hasMessage(
                            "expected data/"
                                    + kind
                                    + " to be made for mpe/simple_spread with these options, found"
                                    + " observation size 4 instead of 3, state size 4 instead of 3;"
                                    + " use one made in this environment");
        }
    }

    @Test
    void dataOfOtherOptionsThatFitAreTaken() {
        for (String kind : List.of("import", "optional")) {
            assertThat(plan(TEXT.replace("data/random", "data/" + kind)).cells()).hasSize(1);
        }
    }

    @Test
    void dataMadeInTheEnvironmentNeedNoProcessToBePlanned() {
        Services fakes = FakeServices.create();
        Services without =
                new Services(
                        fakes.datasets(),
                        request -> {
                            throw new MissingDependency("expected packages, found none");
                        },
                        fakes.algorithms(),
                        fakes.evaluator());
        for (String kind : List.of("random", "wide-import")) {
            // Where the packages are missing the cells compare.
            String text = TEXT.replace("data/random", "data/" + kind);
            Experiment experiment = ExperimentReader.parse(text, "trial", List.of());
            assertThat(Preflight.plan(experiment, without).cells()).hasSize(1);
        }
    }

    @Test
    void aMisspeltKeyIsNamedBeforeTheAbsenceOfTheRightOne() {
        String text = TEXT.replace("algorithms:", "algoritms:");
        assertThatThrownBy(() -> plan(text))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found 'algoritms'; did you mean 'algorithms'?");
    }

    @Test
    void aListAsValueMakesASweep() {
        Plan plan = plan(TEXT, "algorithms.fake.alpha=[0.5, 1]", "seeds=[0, 3]");
        assertThat(plan.cells())
                .extracting(Cell::id)
                .containsExactly(
                        "fake-alpha=0.5__mpe-simple_spread__random__s0__equal",
                        "fake-alpha=1__mpe-simple_spread__random__s0__equal",
                        "fake-alpha=0.5__mpe-simple_spread__random__s3__equal",
                        "fake-alpha=1__mpe-simple_spread__random__s3__equal");
        assertThat(plan.cells().get(1).variant()).isEqualTo("alpha=1");
    }

    @Test
    void tracksAndReplayCanBeSwept() {
        Plan plan =
                plan(
                        TEXT,
                        "track=[equal, paper]",
                        "replay.rng=[independent, replayed]",
                        "budget.criticPerActor=2");
        assertThat(plan.cells()).hasSize(4);
        assertThat(plan.cells())
                .extracting(cell -> cell.material().replay())
                .contains(Replay.REPLAYED, Replay.INDEPENDENT);
        assertThat(plan.cells().get(1).variant()).isEqualTo("replay.rng=replayed");
    }

    @Test
    void anUnknownKeyIsRefusedWithASuggestion() {
        assertRefused(TEXT + "budgett: {}\n", "found 'budgett'; did you mean 'budget'?");
        assertRefused(TEXT, "found 'round'; did you mean 'rounds'?", "budget.round=3");
        assertRefused(TEXT, "found 'alhpa'; did you mean 'alpha'?", "algorithms.fake.alhpa=1");
    }

    @Test
    void unknownAlgorithmsAndEnvironmentsAreRefusedWithASuggestion() {
        assertRefused(TEXT, "found 'fale'; did you mean 'fake'?", "algorithms={fale: {}}");
        assertRefused(
                TEXT,
                "found 'mpe/simple_sprad'; did you mean 'mpe/simple_spread'?",
                "environments=[mpe/simple_sprad]");
    }

    @Test
    void keysOfWholeEpisodesAreRefusedOnAContinuousTask() {
        assertRefused(
                TEXT,
                "found 'sequences', which only discrete tasks have",
                "algorithms.fake.sequences=padded");
    }

    @Test
    void aKeyOfAnotherAlgorithmIsRefused() {
        assertRefused(
                TEXT,
                "expected a key of fake, found 'macql.sampling'",
                "algorithms.fake.macql.sampling=fixed");
    }

    @Test
    void anAlgorithmOfTheOtherBranchIsRefused() {
        assertRefused(TEXT, "not defined for them", "environments=[smac/2s3z]", "budget.rounds=10");
    }

    @Test
    void dataThatIsMissingOrOfAnotherTaskIsRefused() {
        assertRefused(TEXT, "expected a data set at data/missing", "datasets=[data/missing]");
        assertRefused(TEXT, "expected a data set of mpe/simple_spread", "datasets=[data/tag]");
        assertRefused(TEXT, "add the environment", "datasets=[data/random, data/tag]");
    }

    @Test
    void dataWithoutNextActionsAreRefusedWhereTheyAreRead() {
        String shuffled = "datasets=[data/shuffled]";
        assertRefused(
                TEXT,
                "data/shuffled: expected transitions in the order of play for fake",
                shuffled,
                "algorithms.fake.looksAhead=true");
        assertThat(plan(TEXT, shuffled).cells()).hasSize(1);
    }

    @Test
    void wrongValuesAreRefusedWithTheirKey() {
        assertRefused(TEXT, "expected budget.rounds to be a whole number", "budget.rounds=many");
        assertRefused(TEXT, "expected track to be one of equal, paper", "track=fair");
        assertRefused(TEXT, "expected scale to be a number above 0, at most 1", "scale=2");
        assertRefused(TEXT, "expected scale to be a number above 0, at most 1", "scale=0");
        assertRefused(TEXT, "found 'half'", "scale=half");
        assertRefused(TEXT, "found '1 twice'", "seeds=[1, 1]");
        assertRefused(TEXT, "expected cpu or cuda:N as device", "device=tpu");
        assertRefused(TEXT, "budget.gradientSteps", "budget.gradientSteps=3");
        assertRefused(TEXT, "expected fake.alpha to be a number", "algorithms.fake.alpha=99");
        assertRefused("a: [", "to be YAML, found at line");
        assertRefused(TEXT + "name: twice\n", "Duplicate field 'name'");
    }

    @Test
    void aScaleShrinksEveryBudgetAlikeAndNamesTheCells() {
        Plan plan = plan(TEXT, "algorithms={fake: {}, fake-pretrained: {}}", "scale=0.25");
        assertThat(plan.cells()).extracting(cell -> cell.length().rounds()).containsExactly(3, 3);
        assertThat(plan.cells())
                .extracting(cell -> cell.length().batch())
                .containsOnly(plan(TEXT).cells().get(0).length().batch());
        assertThat(plan.cells().get(0).id())
                .isEqualTo("fake__mpe-simple_spread__random__s0__equal-scale0.25");
        assertThat(pretrainingUpdates(plan.cells().get(1)))
                .isEqualTo(new Scale(0.25).of(pretrainingUpdates(pretrainedAtFullScale())));
    }

    private static Cell pretrainedAtFullScale() {
        return plan(TEXT, "algorithms={fake-pretrained: {}}").cells().get(0);
    }

    private static long pretrainingUpdates(Cell cell) {
        Services services = FakeServices.create();
        DatasetFacts facts = services.facts(cell);
        ConfiguredAlgorithm configured =
                services.algorithms()
                        .find(cell.algorithm(), cell.settings())
                        .configure(
                                facts.task(),
                                new Settings(cell.algorithm(), cell.settings()),
                                cell.track());
        return Pretraining.of(configured, cell, facts).get(0).updates();
    }

    @Test
    void noScaleLeavesABudgetWithoutAnyUnit() {
        assertThat(plan(TEXT, "scale=0.001").cells().get(0).length().rounds()).isEqualTo(1);
    }

    @Test
    void anAlgorithmThatNeedsMoreThanTheEqualTrackGrantsIsRefused() {
        assertRefused(TEXT, "set innerTimeLoop: single", "algorithms.fake.innerSteps=9");
        assertThat(plan(TEXT, "algorithms.fake.innerSteps=9", "track=paper").cells()).isNotEmpty();
        assertRefused(TEXT, "raise budget.criticPerActor", "algorithms.fake.criticPerActor=9");
        assertThat(plan(TEXT, "algorithms.fake.criticPerActor=9", "track=paper").cells())
                .hasSize(1);
    }

    @Test
    void evaluationSeedsDifferBetweenEvaluationsUnlessFixed() {
        Cell independent = plan(TEXT).cells().get(0);
        assertThat(independent.evaluationSeeds(0)).isNotEqualTo(independent.evaluationSeeds(1));
        assertThat(independent.finalEvaluationSeeds()).doesNotHaveDuplicates().hasSize(5);
        Cell fixed =
                plan(TEXT, "evaluation.startStates=fixed10", "evaluation.finalEpisodes=20")
                        .cells()
                        .get(0);
        assertThat(fixed.evaluationSeeds(0)).isEqualTo(fixed.evaluationSeeds(7));
        List<Long> seeds = fixed.finalEvaluationSeeds();
        assertThat(seeds.subList(0, 10)).isEqualTo(seeds.subList(10, 20));
    }

    @Test
    void theSeedPlaceholderChoosesTheDataOfTheSeed() {
        Plan plan = plan(TEXT, "datasets=['data/random/seed_{seed}']", "seeds=[2]");
        assertThat(plan.cells().get(0).material().path()).isEqualTo("data/random/seed_2");
        assertThat(plan.cells().get(0).material().name()).isEqualTo("random");
    }

    private static void assertRefused(String text, String message, String... overrides) {
        assertThatThrownBy(() -> plan(text, overrides))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
    }
}
