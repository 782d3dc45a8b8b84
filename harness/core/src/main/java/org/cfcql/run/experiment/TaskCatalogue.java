package org.cfcql.run.experiment;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.cfcql.learn.Branch;

/**
 * The tasks that something is published for: what can be said of an environment id before its
 * process is started. Schedules are those of spec 1.9, 1.12, 2.6, 4.1, 4.2 and 4.6. Other tasks can
 * be trained on as well; their lengths stand in the experiment.
 */
public final class TaskCatalogue {
    private static final Schedule BATTLE = episodic(10_050_000, 128, OptionalInt.of(5000));
    private static final Schedule LINE = episodic(10_000_000, 128, OptionalInt.of(1000));
    private static final Schedule TOY = episodic(50_000, 32, OptionalInt.empty());
    private static final List<Task> TASKS =
            List.of(
                    continuous("mpe/simple_spread", rounds(2001, 1024, 10, 10, 100)),
                    continuous("mpe/simple_tag", rounds(2001, 1024, 10, 10, 100)),
                    continuous("mpe/simple_world", rounds(5001, 1024, 50, 10, 100)),
                    continuous("mamujoco/halfcheetah-2x3", rounds(100_001, 256, 500, 10, 100)),
                    discrete("smac/2s3z", "smac/2s3z", BATTLE),
                    discrete("smac/3s_vs_5z", "smac/3s_vs_5z", BATTLE),
                    discrete("smac/5m_vs_6m", "smac/5m_vs_6m", BATTLE),
                    discrete("smac/6h_vs_8z", "smac/6h_vs_8z", BATTLE),
                    discrete("smax/2s3z", "smax/[a-z0-9_]+", BATTLE),
                    discrete("equal_line/5", "equal_line/([2-9]|[1-9]\\d|100)", LINE),
                    discrete("toy/consensus-5", "toy/consensus-\\d+", TOY));

    private TaskCatalogue() {}

    /**
     * The published length of training and of evaluation; empty where nothing is published.
     *
     * @param rounds rounds of training; empty in the discrete branch
     * @param slots slots that training samples, from which the gradient steps follow; empty in the
     *     continuous branch
     * @param batch transitions, or episodes, in a minibatch
     * @param criticPerActor critic updates per actor update
     * @param evaluationEvery rounds between evaluations
     * @param evaluationEpisodes episodes of an evaluation along the way
     * @param finalEpisodes episodes of the final evaluation
     * @param dataEpisodes episodes drawn from the data before training; empty for all
     */
    public record Schedule(
            OptionalInt rounds,
            OptionalLong slots,
            OptionalInt batch,
            OptionalInt criticPerActor,
            OptionalInt evaluationEvery,
            OptionalInt evaluationEpisodes,
            OptionalInt finalEpisodes,
            OptionalInt dataEpisodes) {}

    /**
     * A task, or a family of tasks that differ in a number or map.
     *
     * @param example an id of it
     * @param ids all its ids
     * @param branch branch of its algorithms
     * @param published what the paper did
     */
    public record Task(String example, Pattern ids, Branch branch, Schedule published) {}

    /** The task of an id, if something is published for it. */
    public static Optional<Task> find(String environment) {
        return TASKS.stream().filter(task -> task.ids().matcher(environment).matches()).findFirst();
    }

    /** A task that nothing is published for. */
    public static Task unpublished(String environment, Branch branch) {
        // In the discrete branch a round is a gradient step of everything.
        OptionalInt criticPerActor =
                branch == Branch.DISCRETE ? OptionalInt.of(1) : OptionalInt.empty();
        OptionalInt none = OptionalInt.empty();
        return new Task(
                environment,
                Pattern.compile(Pattern.quote(environment)),
                branch,
                new Schedule(
                        none, OptionalLong.empty(), none, criticPerActor, none, none, none, none));
    }

    private static Task continuous(String id, Schedule published) {
        return new Task(id, Pattern.compile(Pattern.quote(id)), Branch.CONTINUOUS, published);
    }

    private static Task discrete(String example, String ids, Schedule published) {
        return new Task(example, Pattern.compile(ids), Branch.DISCRETE, published);
    }

    private static Schedule rounds(
            int rounds, int batch, int evaluationEvery, int evaluationEpisodes, int finalEpisodes) {
        return new Schedule(
                OptionalInt.of(rounds),
                OptionalLong.empty(),
                OptionalInt.of(batch),
                OptionalInt.of(5),
                OptionalInt.of(evaluationEvery),
                OptionalInt.of(evaluationEpisodes),
                OptionalInt.of(finalEpisodes),
                OptionalInt.empty());
    }

    /**
     * Evaluated every hundred gradient steps, not after almost each one as published (spec 4.6).
     */
    private static Schedule episodic(long slots, int batch, OptionalInt dataEpisodes) {
        return new Schedule(
                OptionalInt.empty(),
                OptionalLong.of(slots),
                OptionalInt.of(batch),
                OptionalInt.of(1),
                OptionalInt.of(100),
                OptionalInt.of(32),
                OptionalInt.of(640),
                dataEpisodes);
    }
}
