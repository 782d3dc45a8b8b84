package org.cfcql.baselines.maicq;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.tensor.OwnedTensors;

/**
 * When MAICQ's targets become copies: once so many steps of the critic have passed since the last
 * copy, asked once per batch (spec 3.4). A batch takes as many steps as its longest episode has, so
 * the count at the last copy must be kept; it is part of the checkpoint.
 */
final class InnerStepCopy implements AutoCloseable {
    private static final String LAST = "last_copy";

    private final OwnedTensors owner = new OwnedTensors();
    private final int interval;
    private final int stepsBefore;
    private final Tensor last;

    /**
     * No copy yet.
     *
     * @param interval steps of the critic between copies
     * @param stepsBefore steps that count as taken before the first one
     */
    InnerStepCopy(int interval, int stepsBefore, LearnerContext context) {
        this.interval = interval;
        this.stepsBefore = stepsBefore;
        try (PointerScope scope = new PointerScope()) {
            // Nothing computes with it, and a device would have to stop for reading it.
            last = owner.own(context.compute().onProcessor().tensors().zeros(1));
        }
    }

    /** Steps counted so far, {@code steps} of them taken here. */
    long total(long steps) {
        return stepsBefore + steps;
    }

    /** Whether a copy is due after so many steps; if so, the count starts anew. */
    boolean takeIfDue(long steps) {
        try (PointerScope scope = new PointerScope()) {
            boolean due = total(steps) - last.sum().item_double() >= interval;
            if (due) {
                last.fill_(new Scalar((double) total(steps)));
            }
            return due;
        }
    }

    /** The count, for checkpoints. */
    NamedNetwork named() {
        return new NamedNetwork(NamedNetwork.COUNTERS, Map.of(LAST, last));
    }

    @Override
    public void close() {
        owner.close();
    }
}
