package org.cfcql.learn;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.nn.ActorNetworks;
import org.cfcql.nn.Statistics;
import org.cfcql.tensor.TensorFactory;

/**
 * Deterministic actors in evaluation mode: running statistics, no noise, no memory.
 *
 * @param actors networks, read at each call
 * @param tensors device and precision
 * @param agents number of agents n
 * @param observationSize width of one observation O
 */
public record ActorPolicy(
        ActorNetworks actors, TensorFactory tensors, int agents, int observationSize)
        implements Policy {
    /**
     * Actions of a batch, within ±1 also where the networks' outputs are not.
     *
     * @param observations {@code [batch, agent, observation]}
     * @return {@code [batch, agent, action]}, without gradients
     */
    public Tensor actions(Tensor observations) {
        return actors.frozenForward(observations, Statistics.RUNNING)
                .clamp(new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0)));
    }

    @Override
    public Session open(int environments) {
        return new ActorSession();
    }

    /** Stateless: any number of environments, any order. */
    private final class ActorSession implements Session {
        @Override
        public void reset(int environment) {
            // Nothing is remembered between steps.
        }

        @Override
        public Actions act(Observations observations) {
            try (PointerScope scope = new PointerScope()) {
                Tensor input =
                        tensors.of(
                                observations.observations(),
                                observations.environments(),
                                agents,
                                observationSize);
                return new Actions.Continuous(TensorFactory.toFloats(actions(input)));
            }
        }

        @Override
        public void close() {
            // The networks belong to the learner.
        }
    }
}
