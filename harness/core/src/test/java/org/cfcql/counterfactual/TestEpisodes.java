package org.cfcql.counterfactual;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/** Tasks and episodes of made-up numbers for the discrete branch. */
final class TestEpisodes {
    static final int SLOTS = 6;

    private static final int ACTIONS = 5;

    private TestEpisodes() {}

    static TaskShape task(int agents) {
        return new TaskShape(
                "made/up", "other", agents, 4, 7, new ActionSpace.Discrete(ACTIONS), SLOTS - 1);
    }

    /** Episodes of one to five steps; those of five run to the limit without an end. */
    static EpisodeBatch batch(TensorFactory tensors, TaskShape task, int size, long seed) {
        RandomStream stream = new RandomStream(seed);
        Initialisation numbers = new Initialisation(tensors, stream);
        int agents = task.agents();
        double[] filled = new double[size * SLOTS];
        double[] terminated = new double[size * SLOTS];
        double[] available = new double[size * SLOTS * agents * ACTIONS];
        long[] actions = new long[size * SLOTS * agents];
        for (int episode = 0; episode < size; episode++) {
            int length = 1 + episode % (SLOTS - 1);
            for (int time = 0; time <= length; time++) {
                int slot = episode * SLOTS + time;
                filled[slot] = 1;
                terminated[slot] = time == length - 1 && length < SLOTS - 1 ? 1 : 0;
                for (int agent = 0; agent < agents; agent++) {
                    int entry = slot * agents + agent;
                    for (int action = 0; action < ACTIONS; action++) {
                        available[entry * ACTIONS + action] = stream.nextInt(2);
                    }
                    actions[entry] = stream.nextInt(ACTIONS);
                    available[entry * ACTIONS + (int) actions[entry]] = 1;
                }
            }
        }
        Tensor mask = tensors.of(filled, size, SLOTS);
        return new EpisodeBatch(
                numbers.normal(1, size, SLOTS, agents, task.observationSize())
                        .mul(mask.view(size, SLOTS, 1, 1)),
                numbers.normal(1, size, SLOTS, task.stateSize()).mul(mask.view(size, SLOTS, 1)),
                tensors.of(available, size, SLOTS, agents, ACTIONS).to(torch.ScalarType.Bool),
                tensors.ofIntegers(actions, size, SLOTS, agents),
                numbers.normal(1, size, SLOTS).mul(mask),
                tensors.of(terminated, size, SLOTS),
                mask);
    }
}
