package org.cfcql.testkit;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.TensorFactory;

/**
 * Episodes of made-up numbers for the discrete branch: of one step up to the limit, where those of
 * the limit run to it without an end.
 *
 * @param task with numbered actions
 * @param rewardScale deviation of the rewards
 */
public record MadeUpEpisodes(TaskShape task, double rewardScale) {
    /** Slots of an episode of {@link #task}. */
    public static final int SLOTS = 6;

    private static final int ACTIONS = 5;

    /** A small task of so many agents. */
    public static TaskShape task(int agents) {
        return new TaskShape(
                "made/up", "other", agents, 4, 7, new ActionSpace.Discrete(ACTIONS), SLOTS - 1);
    }

    /** Episodes of a task with rewards of deviation 1. */
    public static EpisodeBatch batch(TensorFactory tensors, TaskShape task, int size, long seed) {
        return new MadeUpEpisodes(task, 1).batch(tensors, size, seed);
    }

    /** So many episodes; equal seeds give equal numbers. */
    public EpisodeBatch batch(TensorFactory tensors, int size, long seed) {
        RandomStream stream = new RandomStream(seed);
        Initialisation numbers = new Initialisation(Compute.byLibTorch(tensors), stream);
        int slots = task.episodeLimit() + 1;
        int agents = task.agents();
        int choices = task.actionSpace().size();
        double[] filled = new double[size * slots];
        double[] terminated = new double[size * slots];
        double[] available = new double[size * slots * agents * choices];
        long[] actions = new long[size * slots * agents];
        for (int episode = 0; episode < size; episode++) {
            int length = 1 + episode % (slots - 1);
            for (int time = 0; time <= length; time++) {
                int slot = episode * slots + time;
                filled[slot] = 1;
                terminated[slot] = time == length - 1 && length < slots - 1 ? 1 : 0;
                for (int agent = 0; agent < agents; agent++) {
                    int entry = slot * agents + agent;
                    for (int action = 0; action < choices; action++) {
                        available[entry * choices + action] = stream.nextInt(2);
                    }
                    actions[entry] = stream.nextInt(choices);
                    available[entry * choices + (int) actions[entry]] = 1;
                }
            }
        }
        Tensor mask = tensors.of(filled, size, slots);
        return new EpisodeBatch(
                numbers.normal(1, size, slots, agents, task.observationSize())
                        .mul(mask.view(size, slots, 1, 1)),
                numbers.normal(1, size, slots, task.stateSize()).mul(mask.view(size, slots, 1)),
                tensors.of(available, size, slots, agents, choices).to(torch.ScalarType.Bool),
                tensors.ofIntegers(actions, size, slots, agents),
                numbers.normal(rewardScale, size, slots).mul(mask),
                tensors.of(terminated, size, slots),
                mask);
    }
}
