package org.cfcql.run.training;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.error.NumericFault;
import org.cfcql.error.UserError;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.OpaqueState;
import org.cfcql.learn.Probe;
import org.cfcql.learn.StreamNoise;
import org.cfcql.nn.StepRule;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.run.folder.CheckpointState;
import org.cfcql.run.folder.CheckpointState.OptimiserState;
import org.cfcql.run.folder.CheckpointState.Stream;
import org.cfcql.run.model.NetworkTensors;
import org.cfcql.run.plan.Cell;
import org.cfcql.tensor.Safetensors;
import org.cfcql.tensor.TensorFactory;

/** A learner with everything that must be stored beside its networks to continue it. */
public final class Training implements AutoCloseable {
    private static final String NOISE = "noise/";

    private final StreamNoise noise;
    private final HarnessContext context;
    private final Learner learner;
    private Tensor opaque;

    /** Builds a learner at its beginning. */
    public Training(ConfiguredAlgorithm algorithm, Cell cell, BudgetLedger ledger) {
        this(algorithm, cell, cell.seeds(), ledger);
    }

    /** Builds a learner whose seeds are not its cell's. */
    public Training(ConfiguredAlgorithm algorithm, Cell cell, SeedTree seeds, BudgetLedger ledger) {
        TensorFactory tensors = tensors(cell);
        tensors.device().requireAvailable();
        noise = new StreamNoise(seeds.child("noise"), tensors);
        context = new HarnessContext(cell.compute(), seeds, noise, Probe.SILENT, ledger);
        try {
            learner = algorithm.create(context);
        } catch (RuntimeException refused) {
            context.close();
            throw refused;
        }
    }

    /** Tensors of a cell's device and precision. */
    public static TensorFactory tensors(Cell cell) {
        return cell.compute().tensors();
    }

    /** The learner; closed with this. */
    public Learner learner() {
        return learner;
    }

    /**
     * Networks as {@code NETWORK.PARAMETER}, then moments as {@code optimiser/NAME/first.0}, then
     * the bytes of a state that only the learner can read, which stay good until the next call.
     */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = restorable();
        learner.opaqueState()
                .ifPresent(
                        state -> {
                            release();
                            opaque = TensorFactory.ofBytes(state.save());
                            tensors.put(OpaqueState.TENSOR, opaque);
                        });
        return tensors;
    }

    private void release() {
        if (opaque != null) {
            opaque.close();
            opaque = null;
        }
    }

    /** The tensors that a checkpoint is copied into. */
    private Map<String, Tensor> restorable() {
        Map<String, Tensor> tensors = NetworkTensors.of(learner.networks());
        context.optimisers()
                .forEach(
                        (name, rule) ->
                                rule.moments()
                                        .forEach(
                                                (moment, tensor) ->
                                                        tensors.put(
                                                                "optimiser/" + name + "/" + moment,
                                                                tensor)));
        return tensors;
    }

    /** What each optimiser counts, by name. */
    public SortedMap<String, OptimiserState> optimisers() {
        SortedMap<String, OptimiserState> states = new TreeMap<>();
        context.optimisers()
                .forEach(
                        (name, rule) ->
                                states.put(
                                        name,
                                        new OptimiserState(
                                                Arrays.stream(rule.steps()).boxed().toList(),
                                                rule.learningRate())));
        return states;
    }

    /** The roles that its optimisers are charged to. */
    public SortedSet<Role> roles() {
        return context.roles();
    }

    /** States of its random streams, by name. */
    public SortedMap<String, Stream> streams() {
        SortedMap<String, Stream> streams = new TreeMap<>();
        noise.snapshot().forEach((name, state) -> streams.put(NOISE + name, Stream.of(state)));
        return streams;
    }

    /**
     * Continues from a checkpoint.
     *
     * @throws UserError if it holds other networks or optimisers
     */
    public void restore(CheckpointState state, Safetensors stored) {
        stored.copyInto(restorable());
        learner.opaqueState()
                .ifPresent(opaqueState -> opaqueState.load(stored.bytes(OpaqueState.TENSOR)));
        for (var named : context.optimisers().entrySet()) {
            OptimiserState counts = state.optimisers().get(named.getKey());
            StepRule rule = named.getValue();
            if (counts == null || counts.steps().size() != rule.steps().length) {
                throw new UserError(
                        "expected the state of optimiser '"
                                + named.getKey()
                                + "', found none in the checkpoint; it belongs to another version"
                                + " of the algorithm");
            }
            rule.restoreSteps(counts.steps().stream().mapToLong(Long::longValue).toArray());
            rule.learningRate(counts.learningRate());
        }
        SortedMap<String, RandomStream.State> draws = new TreeMap<>();
        state.streams()
                .forEach(
                        (name, stream) -> {
                            if (name.startsWith(NOISE)) {
                                draws.put(name.substring(NOISE.length()), stream.toState());
                            }
                        });
        noise.restore(draws);
    }

    /**
     * Checks that every parameter is a number.
     *
     * @throws NumericFault naming the first that is not
     */
    public void requireFinite() {
        try (PointerScope scope = new PointerScope()) {
            NetworkTensors.of(learner.networks())
                    .forEach(
                            (name, tensor) -> {
                                if (!Double.isFinite(tensor.detach().sum().item_double())) {
                                    throw new NumericFault(
                                            "expected finite parameters, found NaN or infinity in "
                                                    + name
                                                    + "; lower the learning rate or alpha, the"
                                                    + " state is kept in the cell's evidence"
                                                    + " folder");
                                }
                            });
        }
    }

    @Override
    public void close() {
        release();
        learner.close();
        context.close();
    }
}
