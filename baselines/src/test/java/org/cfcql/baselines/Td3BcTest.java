package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.cfcql.baselines.bc.BehaviourCloning;
import org.cfcql.baselines.td3bc.Td3Bc;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.NumericFault;
import org.cfcql.error.UserError;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.RandomStream;
import org.junit.jupiter.api.Test;

class Td3BcTest {
    private static final Td3Bc ALGORITHM = new Td3Bc();
    private static final int UPDATES = 5;

    @Test
    void withoutValueItIsBehaviourCloning() {
        try (Toy.Running cloning = Toy.start(new BehaviourCloning(), 1, UPDATES, Map.of());
                Toy.Running algorithm = Toy.start(ALGORITHM, 1, UPDATES, Map.of("alpha", 0))) {
            Toy.train(cloning, UPDATES, Toy.FULL);
            Toy.train(algorithm, UPDATES, Toy.FULL);
            assertThat(Toy.values(algorithm.learner(), "actor"))
                    .isEqualTo(Toy.values(cloning.learner(), "actor"));
        }
    }

    @Test
    void criticOnlyUpdatesLeaveThePolicies() {
        try (Toy.Running running = Toy.start(ALGORITHM, 1, UPDATES, Map.of())) {
            Map<?, ?> before = Toy.values(running.learner(), "actor");
            Map<?, ?> critic = Toy.values(running.learner(), "critic");
            Toy.train(running, UPDATES, Toy.CRITIC);
            assertThat(Toy.values(running.learner(), "actor")).isEqualTo(before);
            assertThat(Toy.values(running.learner(), "critic")).isNotEqualTo(critic);
            assertThat(running.ledger().spent(Role.ACTOR)).isZero();
        }
    }

    @Test
    void equalSeedsGiveEqualNetworksAndOtherSeedsDoNot() {
        try (Toy.Running one = Toy.start(ALGORITHM, 1, UPDATES, Map.of());
                Toy.Running same = Toy.start(ALGORITHM, 1, UPDATES, Map.of());
                Toy.Running other = Toy.start(ALGORITHM, 2, UPDATES, Map.of())) {
            Toy.train(one, UPDATES, Toy.FULL);
            Toy.train(same, UPDATES, Toy.FULL);
            Toy.train(other, UPDATES, Toy.FULL);
            assertThat(Toy.values(same.learner(), "")).isEqualTo(Toy.values(one.learner(), ""));
            assertThat(Toy.values(other.learner(), "")).isNotEqualTo(Toy.values(one.learner(), ""));
        }
    }

    @Test
    void noiseOfTheTargetActionsIsClipped() {
        try (Toy.Running wide =
                        Toy.start(ALGORITHM, 1, 1, Map.of("targetNoise", 10, "gamma", 0.5));
                Toy.Running none =
                        Toy.start(ALGORITHM, 1, 1, Map.of("targetNoise", 0, "gamma", 0.5));
                Toy.Running clipped =
                        Toy.start(
                                ALGORITHM,
                                1,
                                1,
                                Map.of(
                                        "targetNoise",
                                        10,
                                        "targetNoiseClip",
                                        1e-12,
                                        "gamma",
                                        0.5))) {
            double withNoise = lossOfOneUpdate(wide);
            double without = lossOfOneUpdate(none);
            assertThat(Math.abs(lossOfOneUpdate(clipped) - without)).isLessThan(1e-9);
            assertThat(Math.abs(withNoise - without)).isGreaterThan(1e-9);
        }
    }

    private static double lossOfOneUpdate(Toy.Running running) {
        Toy.train(running, 1, Toy.CRITIC);
        return running.learner().metrics().get("criticLoss");
    }

    @Test
    void roundsOfBothTracks() {
        Settings settings = new Settings("td3-bc", Map.of());
        Schedule equal = ALGORITHM.configure(Toy.TASK, settings, Track.EQUAL).schedule();
        assertThat(equal).isEqualTo(Schedule.fullThenCritic(5));
        Schedule paper = ALGORITHM.configure(Toy.TASK, settings, Track.PAPER).schedule();
        assertThat(paper.steps())
                .containsExactly(
                        new UpdateStep(UpdateStep.Kind.CRITIC, UpdateStep.ALL_AGENTS, false),
                        new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true));
    }

    @Test
    void rewardsThatAreNoNumbersAreANumericFault() {
        try (PointerScope scope = new PointerScope();
                Toy.Running running = Toy.start(ALGORITHM, 1, 1, Map.of())) {
            TransitionBatch batch = Toy.batch(new RandomStream(3));
            batch.rewards().fill_(new Scalar(Double.POSITIVE_INFINITY));
            assertThatThrownBy(() -> running.learner().update(batch, Toy.FULL))
                    .isInstanceOf(NumericFault.class)
                    .hasMessageContaining("criticLoss");
        }
    }

    @Test
    void actionsOutsideTheUnitBoxAreRefused() {
        TaskShape wide =
                new TaskShape("toy/wide", "random", 1, 2, 2, new ActionSpace.Box(1, -2, 2), 25);
        assertThatThrownBy(
                        () ->
                                ALGORITHM.configure(
                                        wide, new Settings("td3-bc", Map.of()), Track.EQUAL))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("[-1, 1]");
    }
}
