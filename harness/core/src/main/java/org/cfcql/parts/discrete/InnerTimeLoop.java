package org.cfcql.parts.discrete;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;
import org.cfcql.nn.GradientClipping;
import org.cfcql.parts.LossReport;

/**
 * How often MAICQ and OMAR step their critic on one batch (spec 3.4, 3.5, D-65): once per time
 * index as the published code does, each step on the parameters the one before left, or once on all
 * steps of the batch.
 *
 * @param perTime one optimiser step per time index
 */
public record InnerTimeLoop(boolean perTime) {
    /**
     * Reads the key for a track: the published loop on the paper track, one step per batch on the
     * equal one, which grants no more.
     */
    public static InnerTimeLoop read(Settings settings, Track track) {
        String unset = track == Track.PAPER ? "code" : "single";
        return new InnerTimeLoop(
                settings.choice("innerTimeLoop", unset, "code", "single").equals("code"));
    }

    /**
     * One update per round.
     *
     * @param episodeLimit T, the most steps the loop can take
     */
    public Schedule schedule(int episodeLimit) {
        return new Schedule(
                Schedule.fullThenCritic(1).steps(),
                perTime ? episodeLimit : 1,
                Schedule.Refreshes.NONE);
    }

    /**
     * Steps of a batch that share one optimiser step; steps are ordered by time.
     *
     * @param time index of the time, or of the first
     * @param start first of the steps
     * @param length number of steps
     */
    public record Span(int time, long start, long length) {
        /** The span's part {@code [length, ...]} of {@code [step, ...]}. */
        public Tensor of(Tensor perStep) {
            return perStep.narrow(0, start, length);
        }
    }

    private List<Span> spans(EpisodeRows rows) {
        if (!perTime) {
            return List.of(new Span(0, 0, rows.slots().steps()));
        }
        List<Span> spans = new ArrayList<>();
        int[] counts = rows.slots().stepsPerTime();
        long start = 0;
        for (int time = 0; time < counts.length; time++) {
            if (counts[time] > 0) {
                spans.add(new Span(time, start, counts[time]));
            }
            start += counts[time];
        }
        return spans;
    }

    /**
     * Steps a critic down its loss, span by span.
     *
     * @param loss scalar loss of a span
     * @param leaves what is clipped by one norm and stepped
     * @param first told after clipping in the first step, when the gradients are there to be seen
     */
    public void run(
            EpisodeRows rows,
            Function<Span, Tensor> loss,
            List<Tensor> leaves,
            GradientClipping clipping,
            Optimiser optimiser,
            LossReport losses,
            LearnerContext context,
            Runnable first) {
        List<Span> spans = spans(rows);
        Tensor values = context.tensors().zeros(spans.size());
        Tensor norms = context.tensors().zeros(spans.size());
        for (int index = 0; index < spans.size(); index++) {
            try (PointerScope scope = new PointerScope()) {
                Tensor value = loss.apply(spans.get(index));
                values.select(0, index).copy_(value.detach());
                value.backward();
                norms.select(0, index).copy_(clipping.clipJointly(leaves));
                if (index == 0 && context.probe().listening()) {
                    first.run();
                }
                optimiser.step();
            }
        }
        losses.recordMean("criticLoss", values);
        losses.recordMean("criticGradientNorm", norms);
        if (context.probe().listening()) {
            double[] times = spans.stream().mapToDouble(Span::time).toArray();
            context.probe().value("inner_times", context.tensors().of(times, times.length));
            context.probe().value("critic_loss", values);
            context.probe().value("critic_grad_norm", norms);
        }
    }
}
