package org.cfcql.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.learn.Policy;
import org.cfcql.random.RandomStream;
import org.junit.jupiter.api.Test;

class ExplorationTest {
    private static final int DRAWS = 20_000;
    private static final EnvironmentSpec SPEC =
            new EnvironmentSpec(
                    "smax/2s3z",
                    List.of("agent_0", "agent_1"),
                    1,
                    1,
                    false,
                    new ActionSpace.Discrete(4),
                    true,
                    5,
                    TimeoutKind.TERMINAL,
                    false,
                    "team",
                    List.of(),
                    "per_episode",
                    "bitwise",
                    "f00d",
                    Map.of());

    /** Agent 0 may take 0, 1 or 3, agent 1 only 2; the second environment must not be touched. */
    private static final Observations SEEN =
            new Observations(
                    2,
                    new float[4],
                    new float[2],
                    new byte[] {1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0});

    @Test
    void takesAvailableActionsWithTheGivenChance() {
        Exploration exploration = new Exploration.EpsilonGreedy(0.3);
        RandomStream stream = new RandomStream(9);
        int[] counts = new int[4];
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] actions = {1, 2, 1, 1};
            exploration.disturb(new Actions.Discrete(actions), 0, SEEN, SPEC, stream);
            counts[actions[0]]++;
            assertThat(actions[1]).as("the only available action").isEqualTo(2);
            assertThat(actions[2] + actions[3]).as("the other environment").isEqualTo(2);
        }
        assertThat(counts[2]).as("unavailable").isZero();
        // Its own action is kept with 0.7 and drawn with a third of 0.3.
        assertThat(counts[1] / (double) DRAWS).isCloseTo(0.8, within(0.015));
        assertThat(counts[0] / (double) DRAWS).isCloseTo(0.1, within(0.01));
        assertThat(counts[3] / (double) DRAWS).isCloseTo(0.1, within(0.01));
    }

    @Test
    void noiseIsAddedToItsOwnEnvironmentAndCutAtTheBounds() {
        EnvironmentSpec spec =
                new EnvironmentSpec(
                        "mpe/simple_spread",
                        List.of("agent_0", "agent_1"),
                        1,
                        2,
                        true,
                        new ActionSpace.Box(2, -1, 1),
                        false,
                        25,
                        TimeoutKind.TRUNCATION,
                        true,
                        "mean",
                        List.of(),
                        "per_episode",
                        "bitwise",
                        "f00d",
                        Map.of());
        float[] actions = {0.5f, 0.5f, 0.5f, 0.5f, 0.9f, -0.9f, 0.25f, 0};
        new Exploration.Noise(0.5)
                .disturb(new Actions.Continuous(actions), 1, SEEN, spec, new RandomStream(3));
        float[] draws = new float[4];
        new RandomStream(3).fillNormal(draws);
        float[] before = {0.9f, -0.9f, 0.25f, 0};
        for (int index = 0; index < 4; index++) {
            assertThat(actions[index]).as("the other environment").isEqualTo(0.5f);
            float expected = before[index] + 0.5f * draws[index];
            assertThat(actions[4 + index])
                    .isEqualTo(expected > 1 ? 1 : expected < -1 ? -1 : expected);
        }
        assertThat(actions).as("a bound that was reached").containsAnyOf(1f, -1f);
    }

    @Test
    void aPolicyIsToldWhatWasDoneInsteadOfItsActions() {
        List<Integer> told = new ArrayList<>();
        try (PolicyBehaviour behaviour =
                new PolicyBehaviour(
                        environments -> new Stubborn(environments, told),
                        SPEC,
                        2,
                        new Exploration.EpsilonGreedy(1))) {
            behaviour.begin(0, 4, new RandomStream(1));
            List<Integer> done = new ArrayList<>();
            for (int step = 0; step < 50; step++) {
                Actions.Discrete actions =
                        (Actions.Discrete) behaviour.act(SEEN, new boolean[] {true, false});
                done.add(actions.values()[0]);
            }
            assertThat(told).isEqualTo(done).contains(0, 1, 3);
        }
    }

    /** Always wants action 1 and notes what episode 4, which sits in row 4, really did. */
    private record Stubborn(int environments, List<Integer> told) implements Policy.Session {
        @Override
        public void reset(int environment) {
            assertThat(environment).isEqualTo(4);
        }

        @Override
        public Actions act(Observations observations) {
            int[] actions = new int[2 * environments];
            Arrays.fill(actions, 1);
            return new Actions.Discrete(actions);
        }

        @Override
        public void acted(Actions actions) {
            told.add(((Actions.Discrete) actions).values()[2 * 4]);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
