package org.cfcql.baselines.independent;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.learn.Policy;
import org.cfcql.nn.ActorNetworks;
import org.cfcql.nn.Statistics;
import org.cfcql.tensor.TensorFactory;

/**
 * Noise-free actions of all agents by running statistics (spec 2.1).
 *
 * @param actors networks that together hold all agents in order; read, never changed
 * @param tensors device and precision of the networks
 * @param agents number of agents
 * @param observation width of one agent's observation
 */
record IndependentPolicy(
        List<ActorNetworks> actors, TensorFactory tensors, int agents, int observation)
        implements Policy {
    /** Copies the list. */
    IndependentPolicy {
        actors = List.copyOf(actors);
    }

    /** {@code [batch, agent, action]} of {@code [batch, agent, observation]}. */
    Tensor actions(Tensor observations) {
        TensorVector perNetwork = new TensorVector();
        long first = 0;
        for (ActorNetworks network : actors) {
            Tensor own = observations.narrow(1, first, network.agents());
            perNetwork.push_back(network.frozenForward(own, Statistics.RUNNING));
            first += network.agents();
        }
        return torch.cat(perNetwork, 1);
    }

    @Override
    public Session open(int environments) {
        return new Session() {
            @Override
            public void reset(int environment) {}

            @Override
            public Actions act(Observations observations) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor input =
                            tensors.of(
                                    observations.observations(), environments, agents, observation);
                    return new Actions.Continuous(TensorFactory.toFloats(actions(input)));
                }
            }

            @Override
            public void close() {}
        };
    }
}
