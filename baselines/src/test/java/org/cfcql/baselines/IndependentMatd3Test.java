package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.cfcql.baselines.matd3.Matd3;
import org.cfcql.learn.UpdateStep;
import org.junit.jupiter.api.Test;

class IndependentMatd3Test {
    private static final Matd3 ALGORITHM = new Matd3();

    @Test
    void onlyTheAgentWhoseTurnItIsLearns() {
        try (Toy.Running running = Toy.start(ALGORITHM, 1, 2, Map.of("critic", "independent"))) {
            Map<?, ?> other = Toy.values(running.learner(), "actor0");
            Map<?, ?> otherCritic = Toy.values(running.learner(), "critic2");
            Map<?, ?> own = Toy.values(running.learner(), "actor1");
            Toy.train(running, 2, new UpdateStep(UpdateStep.Kind.FULL, 1, true));
            assertThat(Toy.values(running.learner(), "actor0")).isEqualTo(other);
            assertThat(Toy.values(running.learner(), "critic2")).isEqualTo(otherCritic);
            assertThat(Toy.values(running.learner(), "actor1")).isNotEqualTo(own);
        }
    }
}
