package org.cfcql.env;

import java.util.List;
import org.cfcql.random.RandomStream;

/** Uniform random play: legal actions of every agent. */
public final class RandomActions {
    private RandomActions() {}

    /**
     * Joint actions, each row's from a stream of its own and in agent order, so that they depend
     * neither on E nor on other rows.
     *
     * @param seen what agents see; only its available actions are read
     * @param streams one per row
     */
    public static Actions draw(
            EnvironmentSpec spec, Observations seen, List<RandomStream> streams) {
        int agents = spec.agents().size();
        int size = spec.actionSpace().size();
        if (spec.actionSpace() instanceof ActionSpace.Box box) {
            float[] values = new float[streams.size() * agents * size];
            float[] rowValues = new float[agents * size];
            for (int row = 0; row < streams.size(); row++) {
                streams.get(row).fillUniform(rowValues, (float) box.low(), (float) box.high());
                System.arraycopy(rowValues, 0, values, row * rowValues.length, rowValues.length);
            }
            return new Actions.Continuous(values);
        }
        int[] chosen = new int[streams.size() * agents];
        for (int index = 0; index < chosen.length; index++) {
            RandomStream stream = streams.get(index / agents);
            chosen[index] =
                    spec.masked()
                            ? available(seen.availableActions(), index * size, size, stream)
                            : stream.nextInt(size);
        }
        return new Actions.Discrete(chosen);
    }

    private static int available(byte[] mask, int from, int size, RandomStream stream) {
        int choices = 0;
        for (int action = 0; action < size; action++) {
            choices += mask[from + action];
        }
        int skip = choices == 0 ? 0 : stream.nextInt(choices);
        for (int action = 0; action < size; action++) {
            if (mask[from + action] == 1 && skip-- == 0) {
                return action;
            }
        }
        return 0;
    }
}
