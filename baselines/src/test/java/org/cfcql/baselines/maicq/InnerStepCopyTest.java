package org.cfcql.baselines.maicq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.baselines.DiscreteToy;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Track;
import org.junit.jupiter.api.Test;

class InnerStepCopyTest {
    @Test
    void copiesOnceSoManyStepsHavePassedSinceTheLastCopy() {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running around =
                        DiscreteToy.start(
                                Algorithms.find("maicq"), Map.of(), Track.PAPER, Probe.SILENT);
                InnerStepCopy copy = new InnerStepCopy(600, 0, around.context())) {
            List<Long> copied = new ArrayList<>();
            // Batches whose longest episode has 67 steps: never a multiple of 600.
            for (long steps = 67; steps < 2500; steps += 67) {
                if (copy.takeIfDue(steps)) {
                    copied.add(steps);
                }
            }
            assertThat(copied).containsExactly(603L, 1206L, 1809L, 2412L);
        }
    }

    @Test
    void theStepThatCompletesTheIntervalCopies() {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running around =
                        DiscreteToy.start(
                                Algorithms.find("maicq"), Map.of(), Track.PAPER, Probe.SILENT);
                InnerStepCopy copy = new InnerStepCopy(600, 590, around.context())) {
            assertThat(copy.takeIfDue(9)).isFalse();
            assertThat(copy.takeIfDue(10)).isTrue();
            assertThat(copy.takeIfDue(609)).isFalse();
            assertThat(copy.takeIfDue(610)).isTrue();
        }
    }

    @Test
    void theCountAtTheLastCopyIsPartOfTheCheckpoint() {
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(
                                Algorithms.find("maicq"),
                                Map.of("target.interval", 4),
                                Track.PAPER,
                                Probe.SILENT)) {
            running.train(1);
            assertThat(DiscreteToy.parameters(running.learner()).get("counters/last_copy"))
                    .containsExactly(DiscreteToy.LIMIT);
        }
    }
}
