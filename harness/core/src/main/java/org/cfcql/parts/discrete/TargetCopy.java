package org.cfcql.parts.discrete;

import org.bytedeco.javacpp.PointerScope;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Settings;

/**
 * When target networks become copies of the online ones (spec 1.8): every {@code interval} gradient
 * steps, the first time at the end of step {@code interval} + 1.
 *
 * <p>The published counter advances by eight per gradient step and is compared before it advances,
 * hence the one step more. The count is that of the optimiser, so a restart goes on where it was.
 *
 * @param interval gradient steps between copies, 25 as published (D-7)
 * @param stepsBefore gradient steps that count as taken before the first one, 0
 */
public record TargetCopy(int interval, int stepsBefore) {
    /** Reads the {@code target} keys. */
    public static TargetCopy read(Settings settings) {
        return new TargetCopy(
                settings.count("target.interval", 25, 1, 1 << 24),
                settings.count("target.stepsBefore", 0, 0, 1 << 24));
    }

    /**
     * Whether a copy is due.
     *
     * @param steps gradient steps taken, the present one included
     */
    public boolean isDue(long steps) {
        long earlier = stepsBefore + steps - 1;
        return earlier > 0 && earlier % interval == 0;
    }

    /** Tells the probe whether the targets were copied. */
    public static void report(boolean copied, LearnerContext context) {
        if (context.probe().listening()) {
            try (PointerScope scope = new PointerScope()) {
                context.probe()
                        .value(
                                "target_copied",
                                context.tensors().of(new double[] {copied ? 1 : 0}));
            }
        }
    }
}
