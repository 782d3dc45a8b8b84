package org.cfcql.run.plan;

import java.util.Optional;
import java.util.OptionalInt;
import org.cfcql.error.UserError;
import org.cfcql.learn.Branch;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.Experiment.BudgetChoice;
import org.cfcql.run.experiment.TaskCatalogue;

/**
 * How long a cell trains and on how much of its data.
 *
 * @param rounds rounds; in the discrete branch gradient steps
 * @param batch transitions, or episodes, in a minibatch
 * @param dataEpisodes episodes drawn from the data before training; empty for all
 */
record CellLength(int rounds, int batch, OptionalInt dataEpisodes) {
    /**
     * What the experiment says, completed by what is published for the task.
     *
     * @param episodes value of {@code data.episodes}: a number, {@code published} or {@code all}
     * @param facts the data; empty for an algorithm that learns online
     */
    static CellLength of(
            BudgetChoice budget,
            Object episodes,
            TaskCatalogue.Task task,
            Optional<DatasetFacts> facts) {
        TaskCatalogue.Schedule published = task.published();
        int batch = given("budget.batch", budget.batch(), published.batch());
        if (task.branch() == Branch.CONTINUOUS) {
            int rounds = given("budget.rounds", budget.rounds(), published.rounds());
            return new CellLength(rounds, batch, OptionalInt.empty());
        }
        if (facts.isEmpty()) {
            return new CellLength(
                    given("budget.gradientSteps", budget.gradientSteps(), OptionalInt.empty()),
                    batch,
                    OptionalInt.empty());
        }
        OptionalInt wanted = wanted(episodes, published, facts.get());
        // A study of small data draws no batch larger than they are (D-75).
        batch = episodes instanceof Integer number ? Math.min(batch, number) : batch;
        if (budget.gradientSteps().isPresent()) {
            return new CellLength(budget.gradientSteps().getAsInt(), batch, wanted);
        }
        long slots =
                budget.slots().isPresent()
                        ? budget.slots().getAsInt()
                        : published.slots().orElseThrow();
        int steps = Math.toIntExact(gradientSteps(slots, batch, facts.get()));
        return new CellLength(steps, batch, wanted);
    }

    /**
     * Gradient steps until this many slots are sampled, an episode of L steps being L + 1 of them
     * (spec 1.9). The length of an episode is the data set's mean, so that the number is known
     * before training; the published loop counts what it happens to draw.
     */
    static long gradientSteps(long slots, int batch, DatasetFacts facts) {
        if (facts.episodes() == 0) {
            throw new UserError(
                    "expected a number of updates, found a number of sampled slots, which says"
                            + " nothing without stored data; set the number of updates");
        }
        long perBatch = batch * (facts.transitions() + facts.episodes());
        long wanted = Math.multiplyExact(slots, facts.episodes());
        return Math.max(1, (wanted + perBatch - 1) / perBatch);
    }

    /** How many episodes; empty where that is all of them. */
    private static OptionalInt wanted(
            Object episodes, TaskCatalogue.Schedule published, DatasetFacts facts) {
        if (Experiment.PUBLISHED.equals(episodes)) {
            return fewer(published.dataEpisodes(), facts);
        }
        if (Experiment.ALL.equals(episodes)) {
            return OptionalInt.empty();
        }
        if (!(episodes instanceof Integer number) || number < 1 || number > facts.episodes()) {
            throw new UserError(
                    "expected data.episodes to be published, all or a number of the "
                            + facts.episodes()
                            + " episodes of the data, found '"
                            + episodes
                            + "'; change it in the experiment");
        }
        return fewer(OptionalInt.of(number), facts);
    }

    private static OptionalInt fewer(OptionalInt episodes, DatasetFacts facts) {
        return episodes.isPresent() && episodes.getAsInt() < facts.episodes()
                ? episodes
                : OptionalInt.empty();
    }

    /** A length that the experiment or the paper must give. */
    static int given(String key, OptionalInt given, OptionalInt published) {
        OptionalInt value = given.isPresent() ? given : published;
        if (value.isEmpty()) {
            throw new UserError(
                    "expected "
                            + key
                            + " in the experiment, found none and nothing published for the task;"
                            + " set it");
        }
        return value.getAsInt();
    }
}
