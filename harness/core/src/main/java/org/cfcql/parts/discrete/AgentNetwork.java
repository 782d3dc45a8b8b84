package org.cfcql.parts.discrete;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.Linear;
import org.cfcql.nn.Parameters;
import org.cfcql.tensor.OwnedTensors;

/**
 * A critic that all agents share, on the state, an agent's observation and its number (spec 3.2):
 * two hidden layers with ReLU, then one output per action, or the advantages and the value whose
 * sum that is.
 *
 * <p>The input is never built: the state's columns of the first layer are applied once for all
 * agents, and the number picks a column.
 */
public final class AgentNetwork implements AutoCloseable {
    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters parameters = new Parameters();
    private final String name;
    private final int state;
    private final int observation;
    private final int agents;
    private final List<Path> paths;

    /** Whether two heads have output layers of their own (D-56). */
    public enum Heads {
        /** Each its own. */
        SEPARATE,
        /** Both the first one's, as published; the second's exists and is never used. */
        SHARED
    }

    /**
     * A way from input to output.
     *
     * @param value layer of the value added to all outputs; empty for none
     */
    private record Path(String first, String second, String output, String value) {}

    private AgentNetwork(
            String name,
            String seeds,
            TaskShape task,
            int hidden,
            int outputs,
            List<Path> declared,
            List<Path> used,
            LearnerContext context) {
        this.name = name;
        state = task.stateSize();
        observation = task.observationSize();
        agents = task.agents();
        paths = used;
        try (PointerScope scope = new PointerScope()) {
            Initialisation initial =
                    new Initialisation(
                            context.compute(), context.initialisation().child(seeds).stream());
            for (Path path : declared) {
                layer(initial, path.first(), state + observation + agents, hidden);
                layer(initial, path.second(), hidden, hidden);
                layer(initial, path.output(), hidden, outputs);
                if (!path.value().isEmpty()) {
                    layer(initial, path.value(), hidden, 1);
                }
            }
        }
    }

    private void layer(Initialisation initial, String layer, int input, int output) {
        Linear.create(parameters, layer, initial, 1, input, output);
    }

    /** One value per agent: V(s, o_i, i). */
    public static AgentNetwork value(
            String name, TaskShape task, int hidden, LearnerContext context) {
        List<Path> paths = List.of(new Path("fc1", "fc2", "fc3", ""));
        return new AgentNetwork(name, name, task, hidden, 1, paths, paths, context);
    }

    /** One head A(·) + V. */
    public static AgentNetwork duelling(
            String name, String seeds, TaskShape task, int hidden, LearnerContext context) {
        List<Path> paths = List.of(new Path("fc1", "fc2", "fc3", "fc_v"));
        return new AgentNetwork(
                name, seeds, task, hidden, task.actionSpace().size(), paths, paths, context);
    }

    /**
     * Two heads.
     *
     * @param name golden name
     * @param seeds networks of the same seeds start as exact copies
     * @param duelling whether each head is A(·) + V
     */
    public static AgentNetwork twin(
            String name,
            String seeds,
            TaskShape task,
            int hidden,
            Heads heads,
            boolean duelling,
            LearnerContext context) {
        Path first = new Path("fc1", "fc2", "fc3", duelling ? "fc3_v" : "");
        Path second = new Path("fc4", "fc5", "fc6", duelling ? "fc6_v" : "");
        Path sharing = new Path("fc4", "fc5", first.output(), first.value());
        return new AgentNetwork(
                name,
                seeds,
                task,
                hidden,
                task.actionSpace().size(),
                List.of(first, second),
                List.of(first, heads == Heads.SHARED ? sharing : second),
                context);
    }

    /**
     * All heads.
     *
     * @param states {@code [row, state]}
     * @param observations {@code [row, agent, observation]}
     * @return for each head {@code [row, agent, output]}
     */
    public List<Tensor> heads(Tensor states, Tensor observations) {
        return evaluate(parameters::leaf, states, observations);
    }

    /** As {@link #heads}, without gradients. */
    public List<Tensor> frozenHeads(Tensor states, Tensor observations) {
        return evaluate(parameters::data, states, observations);
    }

    /** The first head {@code [row, agent, output]}. */
    public Tensor first(Tensor states, Tensor observations) {
        return evaluate(paths.get(0), parameters::leaf, states, observations);
    }

    /** As {@link #first}, without gradients. */
    public Tensor frozenFirst(Tensor states, Tensor observations) {
        return evaluate(paths.get(0), parameters::data, states, observations);
    }

    /**
     * Half the sum over heads of their mean squared error on the data's actions.
     *
     * @param target {@code [step, agent]}, constants
     */
    public Tensor temporalDifferenceLoss(EpisodeRows rows, Tensor target) {
        Tensor loss = null;
        for (Tensor head : heads(rows.steps(rows.state()), rows.steps(rows.observations()))) {
            Tensor error = rows.chosen(head).sub(target).square().mean().mul(new Scalar(0.5));
            loss = loss == null ? error : loss.add(error);
        }
        return loss;
    }

    private List<Tensor> evaluate(
            Function<String, Tensor> source, Tensor states, Tensor observations) {
        List<Tensor> outputs = new ArrayList<>();
        for (Path path : paths) {
            outputs.add(evaluate(path, source, states, observations));
        }
        return outputs;
    }

    private Tensor evaluate(
            Path path, Function<String, Tensor> source, Tensor states, Tensor observations) {
        Tensor weight = get(source, path.first() + ".weight");
        Tensor common = torch.linear(states, weight.narrow(1, 0, state));
        Tensor own =
                torch.linear(
                        observations.reshape(-1, observation),
                        weight.narrow(1, state, observation));
        Tensor number =
                weight.narrow(1, state + observation, agents)
                        .t()
                        .add(get(source, path.first() + ".bias"));
        long width = weight.size(0);
        Tensor hidden = own.view(-1, agents, width).add(common.unsqueeze(1)).add(number).relu();
        hidden = linear(source, path.second(), hidden.view(-1, width)).relu();
        Tensor output = linear(source, path.output(), hidden);
        if (!path.value().isEmpty()) {
            output = output.add(linear(source, path.value(), hidden));
        }
        return output.view(-1, agents, output.size(1));
    }

    private static Tensor linear(Function<String, Tensor> source, String layer, Tensor input) {
        return torch.linear(input, get(source, layer + ".weight"), get(source, layer + ".bias"));
    }

    private static Tensor get(Function<String, Tensor> source, String tensor) {
        return source.apply(tensor).select(0, 0);
    }

    /** All tensors, with a leading axis of length 1. */
    public Parameters parameters() {
        return parameters;
    }

    /** The leaves, for optimisers. */
    public List<Tensor> leaves() {
        return parameters.leaves();
    }

    /** The network under its golden name. */
    public NamedNetwork named() {
        return new NamedNetwork(name, parameters.replica(0, "", owner));
    }

    /** Gradients by parameter name, in the caller's scope. */
    public Map<String, Tensor> gradients() {
        return parameters.gradients(0, "");
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
