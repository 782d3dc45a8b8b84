package org.cfcql.collect;

import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.random.RandomStream;

/** Uniformly random actions: over the box, or over the actions available to each agent. */
public final class UniformBehaviour implements Behaviour {
    private final int agents;
    private final ActionSpace space;
    private final RandomStream[] streams;
    private final Actions actions;
    private final float[] scratch;

    /** Random play in E environments. */
    public UniformBehaviour(EnvironmentSpec spec, int environments) {
        agents = spec.agents().size();
        space = spec.actionSpace();
        streams = new RandomStream[environments];
        scratch = new float[agents * space.size()];
        actions =
                space instanceof ActionSpace.Box
                        ? new Actions.Continuous(new float[environments * scratch.length])
                        : new Actions.Discrete(new int[environments * agents]);
    }

    @Override
    public void begin(int environment, int episode, RandomStream stream) {
        streams[environment] = stream;
    }

    @Override
    public void end(int environment) {
        streams[environment] = null;
    }

    @Override
    public Actions act(Observations observations, boolean[] active) {
        for (int environment = 0; environment < active.length; environment++) {
            if (!active[environment]) {
                continue;
            }
            RandomStream stream = streams[environment];
            if (actions instanceof Actions.Continuous continuous
                    && space instanceof ActionSpace.Box box) {
                stream.fillUniform(scratch, (float) box.low(), (float) box.high());
                int start = environment * scratch.length;
                System.arraycopy(scratch, 0, continuous.values(), start, scratch.length);
            } else if (actions instanceof Actions.Discrete discrete) {
                for (int agent = environment * agents;
                        agent < (environment + 1) * agents;
                        agent++) {
                    discrete.values()[agent] =
                            RandomAction.of(
                                    observations.availableActions(), agent, space.size(), stream);
                }
            }
        }
        return actions;
    }

    @Override
    public void close() {
        // holds no resources
    }
}
