package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.cfcql.env.Actions;
import org.cfcql.env.StepResult;
import org.cfcql.random.RandomStream;
import org.junit.jupiter.api.Test;

/**
 * Actions, observations and rewards of one agent belong together on this side of a real worker. In
 * cooperative navigation all agents are paid alike but for 5 per other agent they overlap, at a
 * distance below 0.3; observations begin with velocity and position, and an action of one agent
 * moves that agent alone as long as nobody touches it.
 */
class OrderOfAgentsTest {
    private static final int ROWS = 40;
    private static final int AGENTS = 3;
    private static final int WIDTH = 18;
    private static final double TOUCH = 0.3;

    /** Distances closer to the border than single precision can tell are left out. */
    private static final double DOUBT = 1e-4;

    @Test
    void whoCollidesIsWhoPays() {
        boolean[] all = new boolean[ROWS];
        Arrays.fill(all, true);
        int differing = 0;
        try (SupervisedEnvironment spread =
                RealBridges.provider().open(RealBridges.request("mpe/simple_spread", ROWS))) {
            spread.reset(all, LongStream.range(0, ROWS).toArray());
            RandomStream stream = new RandomStream(1);
            for (int time = 0; time < 10; time++) {
                float[] actions = new float[ROWS * AGENTS * 2];
                stream.fillUniform(actions, -1, 1);
                StepResult step = spread.step(new Actions.Continuous(actions), all);
                for (int row = 0; row < ROWS; row++) {
                    differing += requirePaid(step, row) ? 1 : 0;
                }
            }
        }
        assertThat(differing).as("steps in which agents' rewards differ").isGreaterThan(10);
    }

    /** Compares rewards with overlaps; whether they differ between agents. */
    private static boolean requirePaid(StepResult step, int row) {
        int[] overlaps = new int[AGENTS];
        for (int first = 0; first < AGENTS; first++) {
            for (int second = first + 1; second < AGENTS; second++) {
                double distance = distance(step, row, first, second);
                if (Math.abs(distance - TOUCH) < DOUBT) {
                    return false;
                }
                if (distance < TOUCH) {
                    overlaps[first]++;
                    overlaps[second]++;
                }
            }
        }
        float[] rewards = step.rewards();
        for (int agent = 1; agent < AGENTS; agent++) {
            double expected = -5.0 * (overlaps[agent] - overlaps[0]);
            double found = rewards[row * AGENTS + agent] - rewards[row * AGENTS];
            assertThat(Math.abs(found - expected))
                    .as("row %d, agent %d: paid %s more than agent 0", row, agent, found)
                    .isLessThan(1e-4);
        }
        return Arrays.stream(overlaps).distinct().count() > 1;
    }

    private static double distance(StepResult step, int row, int first, int second) {
        float[] seen = step.observations().observations();
        int one = (row * AGENTS + first) * WIDTH + 2;
        int other = (row * AGENTS + second) * WIDTH + 2;
        return Math.hypot(seen[one] - seen[other], seen[one + 1] - seen[other + 1]);
    }

    @Test
    void anAgentsActionMovesThatAgent() {
        boolean[] all = new boolean[ROWS];
        Arrays.fill(all, true);
        float[] actions = new float[ROWS * AGENTS * 2];
        for (int row = 0; row < ROWS; row++) {
            actions[(row * AGENTS + row % AGENTS) * 2] = 1;
        }
        int moved = 0;
        try (SupervisedEnvironment spread =
                RealBridges.provider().open(RealBridges.request("mpe/simple_spread", ROWS))) {
            spread.reset(all, LongStream.range(0, ROWS).toArray());
            StepResult step = spread.step(new Actions.Continuous(actions), all);
            float[] seen = step.observations().observations();
            for (int row = 0; row < ROWS; row++) {
                for (int agent = 0; agent < AGENTS; agent++) {
                    if (alone(step, row, agent)) {
                        // A force of 5 for a tenth of a second.
                        float expected = agent == row % AGENTS ? 0.5f : 0;
                        assertThat(seen[(row * AGENTS + agent) * WIDTH])
                                .as("row %d, agent %d", row, agent)
                                .isEqualTo(expected);
                        moved += expected > 0 ? 1 : 0;
                    }
                }
            }
        }
        assertThat(moved).isGreaterThan(20);
    }

    /** Whether nobody came near enough to push it. */
    private static boolean alone(StepResult step, int row, int agent) {
        for (int other = 0; other < AGENTS; other++) {
            if (other != agent && distance(step, row, agent, other) < 0.5) {
                return false;
            }
        }
        return true;
    }
}
