package org.cfcql.data.batch;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.data.Cut;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DistinctIndices;
import org.cfcql.data.DoneConvention;
import org.cfcql.data.TaskCard;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.UserError;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/**
 * Minibatches of transitions, uniform without replacement within a batch over all transitions (spec
 * 2.6).
 *
 * <p>Rows are gathered from the mapped files into one native block, which is copied to the device
 * in one piece; the tensors of a batch are views of that copy. The only state is the random
 * stream's.
 */
public final class TransitionSampler implements Sampler {
    /** Fields start at multiples of 16 numbers, one cache line, as LibTorch's own tensors do. */
    private static final int ALIGNMENT = 16;

    private final Dataset dataset;
    private final TaskCard task;
    private final int batchSize;
    private final RandomStream stream;
    private final RandomStream.State beginning;
    private final TensorFactory tensors;
    private final DoneConvention convention;
    private final int[] unknownSuccessors;
    private final DistinctIndices draws;
    private final int agents;
    private final int actionSize;

    private final int observationsAt;
    private final int nextObservationsAt;
    private final int actionsAt;
    private final int nextActionsAt;
    private final int rewardsAt;
    private final int donesAt;
    private final int stateAt;
    private final int nextStateAt;
    private final FloatPointer staging;
    private final FloatBuffer target;
    private final Tensor stagingTensor;

    private final NpyFile observations;
    private final NpyFile nextObservations;
    private final NpyFile actions;
    private final NpyFile rewards;
    private final NpyFile terminated;
    private final NpyFile truncated;
    private final NpyFile state;
    private final NpyFile nextState;

    /**
     * A sampler under the paper's convention of ended episodes.
     *
     * @param dataset continuous actions only
     * @param batchSize transitions per batch
     * @param stream random numbers; the sampler owns it
     * @param tensors device and precision of the batches
     * @throws UserError if the data set has discrete actions or fewer transitions than a batch
     */
    public TransitionSampler(
            Dataset dataset, int batchSize, RandomStream stream, TensorFactory tensors) {
        this(dataset, batchSize, stream, tensors, DoneConvention.PAPER);
    }

    /** A sampler under a given convention of ended episodes. */
    public TransitionSampler(
            Dataset dataset,
            int batchSize,
            RandomStream stream,
            TensorFactory tensors,
            DoneConvention convention) {
        this.dataset = dataset;
        this.task = dataset.card().task();
        this.batchSize = batchSize;
        this.stream = stream;
        this.beginning = stream.state();
        this.tensors = tensors;
        this.convention = convention;
        this.agents = task.agents().size();
        this.actionSize = task.actionSpace().size();
        requireUsable();
        this.unknownSuccessors = unknownSuccessors();
        int usable = (int) dataset.transitions() - unknownSuccessors.length;
        requireEnough(usable);
        this.draws = new DistinctIndices(usable, batchSize);

        int observationBlock = aligned(batchSize * agents * task.observationSize());
        int actionBlock = aligned(batchSize * agents * actionSize);
        int agentBlock = aligned(batchSize * agents);
        int stateBlock = task.stateIsObservations() ? 0 : aligned(batchSize * task.stateSize());
        observationsAt = 0;
        nextObservationsAt = observationsAt + observationBlock;
        actionsAt = nextObservationsAt + observationBlock;
        nextActionsAt = actionsAt + actionBlock;
        rewardsAt = nextActionsAt + actionBlock;
        donesAt = rewardsAt + agentBlock;
        stateAt = donesAt + agentBlock;
        nextStateAt = stateAt + stateBlock;
        int total = nextStateAt + stateBlock;

        observations = dataset.file(DatasetField.OBSERVATIONS);
        nextObservations = dataset.file(DatasetField.NEXT_OBSERVATIONS);
        actions = dataset.file(DatasetField.ACTIONS);
        rewards = dataset.file(DatasetField.REWARDS);
        terminated = dataset.file(DatasetField.TERMINATED);
        truncated = dataset.file(DatasetField.TRUNCATED);
        state = dataset.file(DatasetField.STATE);
        nextState = dataset.file(DatasetField.NEXT_STATE);

        try (PointerScope scope = new PointerScope()) {
            staging = new FloatPointer(total);
            staging.zero();
            staging.retainReference();
            target = staging.asBuffer();
            TensorOptions options =
                    new TensorOptions().dtype(new ScalarTypeOptional(ScalarType.Float));
            stagingTensor = torch.from_blob(staging, new long[] {total}, options);
            stagingTensor.retainReference();
        }
    }

    private void requireUsable() {
        if (!(task.actionSpace() instanceof ActionSpace.Box)) {
            throw new UserError(
                    dataset.folder()
                            + ": expected continuous actions, found discrete ones; transitions are"
                            + " sampled in the continuous branch only");
        }
        requireEnough(dataset.transitions());
        if (dataset.transitions() > Integer.MAX_VALUE) {
            throw new UserError(
                    dataset.folder()
                            + ": expected fewer than 2^31 transitions, found "
                            + dataset.transitions());
        }
    }

    private void requireEnough(long usable) {
        if (batchSize < 1 || usable < batchSize) {
            throw new UserError(
                    dataset.folder()
                            + ": expected at least as many transitions as a batch has ("
                            + batchSize
                            + "), found "
                            + usable
                            + "; collect more or set a smaller budget.batch");
        }
    }

    /**
     * Transitions after which learners would bootstrap from an observation that nobody stored, in
     * order. They are not drawn.
     */
    private int[] unknownSuccessors() {
        NpyFile cuts = dataset.file(DatasetField.TRUNCATED);
        NpyFile ends = dataset.file(DatasetField.TERMINATED);
        return IntStream.range(0, dataset.episodes())
                .filter(
                        episode -> {
                            long last = dataset.firstRow(episode) + dataset.length(episode) - 1;
                            byte cut = cuts.byteAt(last);
                            return Cut.successorUnknown(cut)
                                    && !convention.isDone(
                                            task.timeoutKind(), ends.byteAt(last), cut);
                        })
                .map(
                        episode ->
                                (int) (dataset.firstRow(episode) - episode)
                                        + dataset.length(episode)
                                        - 1)
                .toArray();
    }

    /** The transition of a draw: those that are not drawn are passed over. */
    private int drawn(int index) {
        int low = 0;
        int high = unknownSuccessors.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (unknownSuccessors[middle] - middle <= index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return index + low;
    }

    /** Transitions per batch. */
    public int batchSize() {
        return batchSize;
    }

    @Override
    public RandomStream.State state() {
        return stream.state();
    }

    @Override
    public void restore(RandomStream.State stored) {
        stream.restore(stored);
    }

    @Override
    public void restart() {
        stream.restore(beginning);
    }

    @Override
    public TransitionBatch next() {
        gather(draws.next(stream));
        PointerScope outer = PointerScope.getInnerScope();
        TransitionBatch batch;
        try (PointerScope inner = new PointerScope()) {
            batch = views(copyToDevice());
            for (Tensor tensor : batch.tensors()) {
                tensor.retainReference();
            }
        }
        if (outer != null) {
            for (Tensor tensor : batch.tensors()) {
                outer.attach(tensor);
                tensor.releaseReference();
            }
        }
        return batch;
    }

    private void gather(int[] indices) {
        int observationWidth = agents * task.observationSize();
        int actionWidth = agents * actionSize;
        for (int item = 0; item < batchSize; item++) {
            long transition = drawn(indices[item]);
            int episode = dataset.episodeOf(transition);
            long row = transition + episode;
            long following = row + 1;
            observations.copyFloats(row, 1, target, observationsAt + item * observationWidth);
            if (nextObservations == null) {
                observations.copyFloats(
                        following, 1, target, nextObservationsAt + item * observationWidth);
            } else {
                nextObservations.copyFloats(
                        row, 1, target, nextObservationsAt + item * observationWidth);
            }
            actions.copyFloats(row, 1, target, actionsAt + item * actionWidth);
            long nextActionRow = rowAfter(transition, episode);
            actions.copyFloats(nextActionRow, 1, target, nextActionsAt + item * actionWidth);
            gatherRewardAndDone(row, item);
            if (state != null) {
                int width = task.stateSize();
                state.copyFloats(row, 1, target, stateAt + item * width);
                NpyFile source = nextState == null ? state : nextState;
                source.copyFloats(
                        nextState == null ? following : row, 1, target, nextStateAt + item * width);
            }
        }
    }

    /** Row of the next buffer index, modulo size and across episode ends (spec 2.2). */
    private long rowAfter(long transition, int episode) {
        long next = transition + 1;
        if (next == dataset.transitions()) {
            return 0;
        }
        long row = next + episode;
        boolean sameEpisode = row < dataset.firstRow(episode) + dataset.length(episode);
        return sameEpisode ? row : row + 1;
    }

    private void gatherRewardAndDone(long row, int item) {
        int at = rewardsAt + item * agents;
        rewards.copyFloats(row, 1, target, at);
        if (!task.perAgentReward()) {
            for (int agent = 1; agent < agents; agent++) {
                target.put(at + agent, target.get(at));
            }
        }
        boolean done =
                convention.isDone(
                        task.timeoutKind(), terminated.byteAt(row), truncated.byteAt(row));
        for (int agent = 0; agent < agents; agent++) {
            target.put(donesAt + item * agents + agent, done ? 1f : 0f);
        }
    }

    private Tensor copyToDevice() {
        Device device = tensors.device().toLibTorch();
        ScalarType type = tensors.precision().scalarType();
        // copy: without it the tensors would be views of memory that the next batch overwrites.
        return stagingTensor.to(device, type, false, true, new MemoryFormatOptional());
    }

    private TransitionBatch views(Tensor block) {
        long observationSize = task.observationSize();
        Tensor seen = view(block, observationsAt, batchSize, agents, observationSize);
        Tensor nextSeen = view(block, nextObservationsAt, batchSize, agents, observationSize);
        boolean derived = task.stateIsObservations();
        long stateSize = task.stateSize();
        return new TransitionBatch(
                seen,
                view(block, actionsAt, batchSize, agents, actionSize),
                view(block, rewardsAt, batchSize, agents),
                view(block, donesAt, batchSize, agents),
                nextSeen,
                view(block, nextActionsAt, batchSize, agents, actionSize),
                view(block, derived ? observationsAt : stateAt, batchSize, stateSize),
                view(block, derived ? nextObservationsAt : nextStateAt, batchSize, stateSize));
    }

    private static Tensor view(Tensor block, int start, long... shape) {
        long length = 1;
        for (long axis : shape) {
            length *= axis;
        }
        return block.narrow(0, start, length).view(shape);
    }

    private static int aligned(int count) {
        return Math.multiplyExact((count + ALIGNMENT - 1) / ALIGNMENT, ALIGNMENT);
    }

    @Override
    public void close() {
        stagingTensor.releaseReference();
        staging.releaseReference();
    }
}
