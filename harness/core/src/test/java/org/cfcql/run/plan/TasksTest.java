package org.cfcql.run.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.UserError;
import org.cfcql.learn.Branch;
import org.cfcql.learn.TaskShape;
import org.cfcql.random.RandomStream;
import org.cfcql.run.FakeServices;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.experiment.TaskCatalogue;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that nothing is published for are tasks like any other once their lengths are given. */
class TasksTest {
    private static final String LENGTHS =
            """
            budget: {rounds: 3, gradientSteps: 4, batch: 5, criticPerActor: 2}
            evaluation: {every: 1, episodes: 2, finalEpisodes: 3}
            """;

    @Test
    void theCardOfTheDataSaysTheBranchWithoutAProcess() {
        for (ActionSpace space :
                List.of(new ActionSpace.Discrete(3), new ActionSpace.Box(2, -1, 1))) {
            Tasks tasks = Tasks.of(experiment("datasets: [data]", LENGTHS), card(space), nobody());
            assertThat(tasks.task("meadow/meet").branch()).isEqualTo(Branch.of(space));
            assertThat(tasks.has(Branch.of(space))).isTrue();
        }
    }

    @Test
    void whereThereAreNoDataTheProcessSaysTheBranch() {
        EnvironmentProvider provider =
                request -> FakeServices.create().environments().open(request);
        Tasks tasks = Tasks.of(experiment("datasets: []", LENGTHS), card(null), provider);
        assertThat(tasks.task("meadow/meet").branch()).isEqualTo(Branch.CONTINUOUS);
    }

    @Test
    void anEnvironmentThatDoesNotExistIsRefusedBeforeItsDataAreLookedAt() {
        EnvironmentProvider provider =
                new EnvironmentProvider() {
                    @Override
                    public VectorEnvironment open(EnvironmentRequest request) {
                        throw new AssertionError("opened");
                    }

                    @Override
                    public void requireKnown(String id) {
                        throw new UserError("expected an environment, found " + id);
                    }
                };
        assertThatThrownBy(
                        () ->
                                Tasks.of(
                                        experiment("datasets: [data]", LENGTHS),
                                        card(null),
                                        provider))
                .isInstanceOf(UserError.class)
                .hasMessage("expected an environment, found meadow/meet");
    }

    @Test
    void dataOfATaskWithoutAnEnvironmentAreLearnedFromAndNotEvaluated() {
        String lengths = "budget: {gradientSteps: 4, batch: 5}\n";
        Tasks tasks =
                Tasks.of(
                        experiment("datasets: [data]", lengths),
                        card(new ActionSpace.Discrete(3)),
                        withoutEnvironments());
        assertThat(tasks.task("meadow/meet").branch()).isEqualTo(Branch.DISCRETE);
        assertThat(tasks.canEvaluate("meadow/meet")).isFalse();
    }

    private static EnvironmentProvider withoutEnvironments() {
        return new EnvironmentProvider() {
            @Override
            public VectorEnvironment open(EnvironmentRequest request) {
                throw new AssertionError("opened");
            }

            @Override
            public boolean knows(String id) {
                return false;
            }
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "true; budget.rounds, budget.criticPerActor, budget.batch, evaluation.every,"
                        + " evaluation.episodes, evaluation.finalEpisodes",
                "false; budget.gradientSteps (or budget.slots), budget.batch, evaluation.every,"
                        + " evaluation.episodes, evaluation.finalEpisodes"
            })
    void lengthsThatNobodyPublishedAreNamedWhereTheyAreMissing(boolean box, String keys) {
        ActionSpace space = box ? new ActionSpace.Box(2, -1, 1) : new ActionSpace.Discrete(3);
        assertThatThrownBy(
                        () -> Tasks.of(experiment("datasets: [data]", ""), card(space), nobody()))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "expected "
                                + keys
                                + " in the experiment, because nothing is published for"
                                + " meadow/meet, found none; set them");
    }

    @Test
    void aSingleMissingKeyIsNamedAlone() {
        String most = LENGTHS.replace("batch: 5, ", "");
        ActionSpace space = new ActionSpace.Box(2, -1, 1);
        assertThatThrownBy(
                        () -> Tasks.of(experiment("datasets: [data]", most), card(space), nobody()))
                .hasMessageStartingWith("expected budget.batch in the experiment")
                .hasMessageEndingWith("; set it");
    }

    @Test
    void aResolvedExperimentOfSuchATaskKeepsItsLengths() {
        Experiment experiment = experiment("datasets: [data]", LENGTHS);
        assertThat(experiment.toMap().get("budget"))
                .asString()
                .contains("rounds=3")
                .contains("gradientSteps=4");
    }

    @Test
    void publishedTasksAreAskedNobody() {
        String text = "environments: [mpe/simple_spread]\nalgorithms: {fake: {}}\n";
        Experiment experiment = ExperimentReader.parse(text, "t", List.of());
        TaskCatalogue.Task task =
                Tasks.of(experiment, card(null), nobody()).task("mpe/simple_spread");
        assertThat(task.published().rounds()).hasValue(2001);
    }

    private static Experiment experiment(String datasets, String lengths) {
        String text =
                "environments: [meadow/meet]\n" + datasets + "\nalgorithms: {fake: {}}\n" + lengths;
        return ExperimentReader.parse(text, "t", List.of());
    }

    private static EnvironmentProvider nobody() {
        return request -> {
            throw new AssertionError("opened " + request.id());
        };
    }

    private static DatasetDirectory card(ActionSpace space) {
        return new DatasetDirectory() {
            @Override
            public DatasetFacts facts(String path) {
                if (space == null) {
                    throw new AssertionError("read " + path);
                }
                TaskShape task = new TaskShape("meadow/meet", "random", 2, 3, 6, space, 20);
                return new DatasetFacts(task, "", "", 10, 200, 0, 0);
            }

            @Override
            public Sampler open(
                    String path,
                    EpisodeSubset subset,
                    int batch,
                    RandomStream stream,
                    TensorFactory tensors) {
                throw new AssertionError("sampled " + path);
            }
        };
    }
}
