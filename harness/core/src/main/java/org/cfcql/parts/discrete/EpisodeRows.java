package org.cfcql.parts.discrete;

import java.util.Arrays;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.TensorFactory;

/**
 * A batch of episodes as the rows that are computed (R of them) and the steps that losses are means
 * of (M of them, a part of the rows). Tensors belong to the scope it was made in.
 */
public final class EpisodeRows {
    private final EpisodeBatch batch;
    private final TensorFactory tensors;
    private final TimeSlots slots;
    private final Tensor positions;
    private final Tensor stepRows;
    private final Tensor stepPositions;
    private final Tensor observations;
    private final Tensor previousActions;
    private final Tensor state;
    private final Tensor available;
    private final Tensor stepActions;

    /**
     * Gathers the rows of a layout.
     *
     * @param actions number of actions A
     */
    public EpisodeRows(
            EpisodeBatch batch, TimeSlots.Layout layout, int actions, TensorFactory tensors) {
        this.batch = batch;
        this.tensors = tensors;
        slots = new TimeSlots(layout, batch.hostFilled(), batch.hostTerminated(), batch.size());
        positions = tensors.ofIntegers(slots.positions(), slots.rows());
        stepRows = tensors.ofIntegers(slots.stepRows(), slots.steps());
        stepPositions = tensors.ofIntegers(slots.stepPositions(), slots.steps());
        observations = gather(batch.observations(), positions);
        state = gather(batch.state(), positions);
        available = gather(batch.availableActions(), positions);
        stepActions = gather(batch.actions(), stepPositions);
        long agents = batch.actions().size(2);
        Tensor none =
                torch.full_like(batch.actions().narrow(1, 0, 1), new Scalar((double) actions));
        Tensor earlier = batch.actions().narrow(1, 0, slots.slots() - 1L);
        Tensor shifted = torch.cat(new TensorVector(none, earlier), 1);
        previousActions = gather(shifted, positions).view(-1, agents);
    }

    /** The rows of a task's batches; each call makes them in the caller's scope. */
    public static Function<Batch, EpisodeRows> of(
            TimeSlots.Layout layout, TaskShape task, TensorFactory tensors) {
        int actions = task.actionSpace().size();
        return batch -> new EpisodeRows((EpisodeBatch) batch, layout, actions, tensors);
    }

    /** {@code [batch, T+1, ...]} to {@code [row, ...]}. */
    private static Tensor gather(Tensor field, Tensor positions) {
        return field.flatten(0, 1).index_select(0, positions);
    }

    /** What is computed. */
    public TimeSlots slots() {
        return slots;
    }

    /** {@code [row, agent, observation]}. */
    public Tensor observations() {
        return observations;
    }

    /** {@code [row, agent]}; A at the first slot. */
    public Tensor previousActions() {
        return previousActions;
    }

    /** {@code [row, state]}. */
    public Tensor state() {
        return state;
    }

    /** {@code [row, agent, action]}, boolean. */
    public Tensor available() {
        return available;
    }

    /** {@code [step, agent]}, the actions of the data. */
    public Tensor stepActions() {
        return stepActions;
    }

    /** {@code [row, ...]} to {@code [step, ...]}. */
    public Tensor steps(Tensor perRow) {
        return perRow.index_select(0, stepRows);
    }

    /** Entries of the data's actions: {@code [step, agent, action]} to {@code [step, agent]}. */
    public Tensor chosen(Tensor perAction) {
        return perAction.gather(2, stepActions.unsqueeze(2)).select(2, 0);
    }

    /** Best available actions {@code [row, agent]} of values {@code [row, agent, action]}. */
    public Tensor greedy(Tensor values) {
        return RecurrentPolicy.greedy(values, available);
    }

    /** Actions of the data {@code [row, agent]}, those of the bootstrap slots among them. */
    public Tensor rowActions() {
        return gather(batch.actions(), positions);
    }

    /** Times of the steps {@code [step]}, from 0. */
    public Tensor stepTimes() {
        long[] times = slots.stepPositions();
        Arrays.setAll(times, step -> times[step] % slots.slots());
        return tensors.ofIntegers(times, times.length);
    }

    /** The slots after the steps: {@code [row, ...]} to {@code [step, ...]}. */
    public Tensor next(Tensor perRow) {
        return perRow.index_select(0, tensors.ofIntegers(slots.nextRows(), slots.steps()));
    }

    /** Rewards of the team {@code [step]}. */
    public Tensor rewards() {
        return gather(batch.rewards(), stepPositions);
    }

    /** 1 − terminated {@code [step]}. */
    public Tensor continues() {
        return gather(batch.terminated(), stepPositions).neg().add(new Scalar(1.0));
    }

    /** Draws of the padded shape {@code [sample, batch, T, ...]} as {@code [step, sample, ...]}. */
    public Tensor stepDraws(Tensor draws) {
        return draws.flatten(1, 2).index_select(1, stepPlaces()).transpose(0, 1).contiguous();
    }

    /** Where the draws of a step stand among those of all {@code [batch, T]}: {@code [step]}. */
    public Tensor stepPlaces() {
        long[] places = slots.stepPositions();
        long width = slots.slots();
        // Draws have no bootstrap slot, so their rows are one shorter per episode.
        Arrays.setAll(places, index -> places[index] - places[index] / width);
        return tensors.ofIntegers(places, places.length);
    }

    /**
     * TD(λ) returns of the steps (spec 1.4).
     *
     * @param values V {@code [row]} or {@code [row, agent]}
     * @return G {@code [step]} or {@code [step, agent]}
     */
    public Tensor lambdaReturns(Tensor values, double discount, double lambda) {
        LambdaReturns rule = new LambdaReturns(discount, lambda);
        if (tensors.device().kind() != ComputeDevice.Kind.CPU) {
            LambdaReturns.Coefficients terms =
                    rule.coefficients(slots, batch.hostRewards(), batch.hostTerminated());
            return gather(terms.returns(padRows(values), tensors), stepPositions);
        }
        int channels = (int) (values.numel() / slots.rows());
        double[] returns =
                rule.of(
                        slots,
                        TensorFactory.toDoubles(values),
                        batch.hostRewards(),
                        batch.hostTerminated());
        return values.dim() == 1
                ? tensors.of(returns, slots.steps())
                : tensors.of(returns, slots.steps(), channels);
    }

    /**
     * One-step targets r + γ(1 − terminated)·V of the next slot.
     *
     * @param values V {@code [row, agent]}, constants
     * @return {@code [step, agent]}
     */
    public Tensor oneStepReturns(Tensor values, double discount) {
        Tensor alive = continues().mul(new Scalar(discount)).unsqueeze(1);
        return next(values).mul(alive).add(rewards().unsqueeze(1));
    }

    /** {@code [row, ...]} to {@code [batch, T+1, ...]}, zero elsewhere; for reports. */
    public Tensor padRows(Tensor perRow) {
        return pad(perRow, positions);
    }

    /** {@code [step, ...]} to {@code [batch, T, ...]}, zero elsewhere; for reports. */
    public Tensor padSteps(Tensor perStep) {
        return pad(perStep, stepPositions).narrow(1, 0, slots.slots() - 1L);
    }

    /**
     * {@code [row, ...]} to {@code [batch, T+1, ...]}, with a value of its own wherever nothing is
     * computed.
     *
     * @param padding {@code [...]}, what a padded slot would have
     */
    public Tensor fillRows(Tensor perRow, Tensor padding) {
        Tensor everywhere = pad(perRow, positions);
        Tensor computed = pad(perRow.new_ones(slots.rows()), positions).gt(new Scalar(0.5));
        for (int axis = 2; axis < everywhere.dim(); axis++) {
            computed = computed.unsqueeze(axis);
        }
        return everywhere.where(computed, padding);
    }

    /** {@code [batch, T+1, ...]} to {@code [row, ...]}. */
    public Tensor gatherRows(Tensor everywhere) {
        return gather(everywhere, positions);
    }

    /** m {@code [batch, T]}; for reports. */
    public Tensor mask() {
        return padSteps(tensors.ones(slots.steps()));
    }

    private Tensor pad(Tensor rows, Tensor places) {
        Tensor plain = rows.detach();
        long[] shape = plain.shape();
        shape[0] = (long) slots.episodes() * slots.slots();
        Tensor padded = plain.new_zeros(shape).index_copy_(0, places, plain);
        long[] split = new long[shape.length + 1];
        System.arraycopy(shape, 1, split, 2, shape.length - 1);
        split[0] = slots.episodes();
        split[1] = slots.slots();
        return padded.view(split);
    }
}
