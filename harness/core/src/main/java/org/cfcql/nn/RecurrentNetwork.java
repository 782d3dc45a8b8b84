package org.cfcql.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.nativecode.NativeRecurrentNetwork;
import org.cfcql.nativecode.RecurrentTensors;
import org.cfcql.tensor.OwnedTensors;

/**
 * The recurrent network all agents share (spec 1.2): a linear layer on observation, own previous
 * action and own number, ReLU, a gated recurrent unit, a linear layer to one value per action.
 *
 * <p>The one-hot parts of the input are never built: they pick columns of the first layer's weight.
 */
public final class RecurrentNetwork implements AutoCloseable {
    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters parameters = new Parameters();
    private final int observation;
    private final int actions;
    private final int agents;
    private final int hidden;
    private final boolean kernels;
    private final NativeRecurrentNetwork kernel;

    /**
     * Declares the network with PyTorch's default initialisation.
     *
     * @param observation width of an observation O
     * @param actions number of actions A
     * @param agents number of agents n
     * @param hidden width of the memory
     */
    public RecurrentNetwork(
            Initialisation initial, int observation, int actions, int agents, int hidden) {
        this.observation = observation;
        this.actions = actions;
        this.agents = agents;
        this.hidden = hidden;
        kernels = initial.compute().runsKernels();
        kernel = new NativeRecurrentNetwork(agents, observation, actions, hidden);
        try (PointerScope scope = new PointerScope()) {
            Linear.create(parameters, "fc1", initial, 1, observation + actions + agents, hidden);
            double bound = 1 / Math.sqrt(hidden);
            int gates = 3 * hidden;
            parameters.train("rnn.weight_ih", initial.uniform(bound, 1, gates, hidden));
            parameters.train("rnn.weight_hh", initial.uniform(bound, 1, gates, hidden));
            parameters.train("rnn.bias_ih", initial.uniform(bound, 1, gates));
            parameters.train("rnn.bias_hh", initial.uniform(bound, 1, gates));
            Linear.create(parameters, "fc2", initial, 1, hidden, actions);
        }
    }

    /**
     * Values of all actions over whole episodes from an empty memory, for training: by the kernel
     * where it may be used, else as {@link #unroll}.
     *
     * @param observations {@code [row, agent, observation]}, rows in the order of {@code slots}
     * @param previousActions {@code [row, agent]}, the number of actions A where there is none
     */
    public TrainingPass trainingUnroll(
            TimeSlots slots, Tensor observations, Tensor previousActions) {
        if (!kernels) {
            return TrainingPass.byLibTorch(unroll(slots, observations, previousActions));
        }
        long[] active = slots.active();
        Tensor kept = kernel.kept(observations);
        Tensor values =
                kernel.values(
                        tensors(parameters::data), active, observations, previousActions, kept);
        values.set_requires_grad(true);
        return new TrainingPass(
                values,
                () ->
                        kernel.addGradients(
                                tensors(parameters::data),
                                active,
                                observations,
                                previousActions,
                                kept,
                                values.grad(),
                                tensors(parameters::gradient)));
    }

    /**
     * Values by LibTorch, differentiable: the oracle of the kernel.
     *
     * @param observations {@code [row, agent, observation]}, rows in the order of {@code slots}
     * @param previousActions {@code [row, agent]}, the number of actions A where there is none
     * @return {@code [row, agent, action]}, not masked
     */
    public Tensor unroll(TimeSlots slots, Tensor observations, Tensor previousActions) {
        return unroll(parameters::leaf, slots, observations, previousActions);
    }

    /** As {@link #trainingUnroll}, without gradients. */
    public Tensor frozenUnroll(TimeSlots slots, Tensor observations, Tensor previousActions) {
        if (!kernels) {
            return unroll(parameters::data, slots, observations, previousActions);
        }
        return kernel.values(
                tensors(parameters::data), slots.active(), observations, previousActions, null);
    }

    private static RecurrentTensors tensors(Function<String, Tensor> source) {
        return new RecurrentTensors(
                source.apply("fc1.weight"),
                source.apply("fc1.bias"),
                source.apply("rnn.weight_ih"),
                source.apply("rnn.weight_hh"),
                source.apply("rnn.bias_ih"),
                source.apply("rnn.bias_hh"),
                source.apply("fc2.weight"),
                source.apply("fc2.bias"));
    }

    private Tensor unroll(
            Function<String, Tensor> source,
            TimeSlots slots,
            Tensor observations,
            Tensor previousActions) {
        Tensor input = input(source, observations, previousActions).relu();
        long[] active = slots.active();
        for (int time = 0; time < active.length; time++) {
            active[time] *= agents;
        }
        Tensor sizes = torch.tensor(active);
        Tensor memory = input.new_zeros(1, active[0], hidden);
        TensorVector weights =
                new TensorVector(
                        get(source, "rnn.weight_ih"),
                        get(source, "rnn.weight_hh"),
                        get(source, "rnn.bias_ih"),
                        get(source, "rnn.bias_hh"));
        Tensor memories = torch.gru(input, sizes, memory, weights, true, 1, 0, true, false).get0();
        return output(source, memories).view(slots.rows(), agents, actions);
    }

    /**
     * One step in time, without gradients.
     *
     * @param observations {@code [row, agent, observation]}
     * @param previousActions {@code [row, agent]}, A where there is none
     * @param memory {@code [row·agent, hidden]}
     * @return the memory afterwards, of the same shape
     */
    public Tensor frozenStep(Tensor observations, Tensor previousActions, Tensor memory) {
        Function<String, Tensor> source = parameters::data;
        return torch.gru_cell(
                input(source, observations, previousActions).relu(),
                memory,
                get(source, "rnn.weight_ih"),
                get(source, "rnn.weight_hh"),
                new TensorOptional(get(source, "rnn.bias_ih")),
                new TensorOptional(get(source, "rnn.bias_hh")));
    }

    /** Values {@code [row, agent, action]} of memories {@code [row·agent, hidden]}. */
    public Tensor frozenValues(Tensor memory) {
        return output(parameters::data, memory).view(-1, agents, actions);
    }

    /** The first layer {@code [row·agent, hidden]}, before ReLU. */
    private Tensor input(
            Function<String, Tensor> source, Tensor observations, Tensor previousActions) {
        Tensor weight = get(source, "fc1.weight");
        Tensor seen =
                torch.linear(
                        observations.reshape(-1, observation), weight.narrow(1, 0, observation));
        Tensor columns = weight.narrow(1, observation, actions).t();
        Tensor table = torch.cat(new TensorVector(columns, columns.new_zeros(1, hidden)), 0);
        Tensor done = torch.embedding(table, previousActions.reshape(-1));
        Tensor own =
                weight.narrow(1, observation + actions, agents).t().add(get(source, "fc1.bias"));
        return seen.add(done).view(-1, agents, hidden).add(own).view(-1, hidden);
    }

    private static Tensor output(Function<String, Tensor> source, Tensor memories) {
        return torch.linear(memories, get(source, "fc2.weight"), get(source, "fc2.bias"));
    }

    private static Tensor get(Function<String, Tensor> source, String name) {
        return source.apply(name).select(0, 0);
    }

    /** Width of the memory. */
    public int hidden() {
        return hidden;
    }

    /** Number of actions A. */
    public int actions() {
        return actions;
    }

    /** Number of agents n. */
    public int agents() {
        return agents;
    }

    /** All tensors, with a leading axis of length 1. */
    public Parameters parameters() {
        return parameters;
    }

    /** The leaves, for optimisers. */
    public List<Tensor> leaves() {
        return parameters.leaves();
    }

    /** Views by the golden files' names, alive as long as this object. */
    public Map<String, Tensor> named() {
        return parameters.replica(0, "", owner);
    }

    /** Gradients by the same names, in the caller's scope. */
    public Map<String, Tensor> gradients() {
        return new LinkedHashMap<>(parameters.gradients(0, ""));
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
