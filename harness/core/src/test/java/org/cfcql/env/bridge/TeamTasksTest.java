package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;

/** Equal Line and the toy problem through real workers. */
class TeamTasksTest {
    private static final boolean[] BOTH = {true, true};

    @Test
    void everyAgentOnTheLineSeesTheWholeState() {
        try (SupervisedEnvironment line =
                RealBridges.provider().open(RealBridges.request("equal_line/3", 2))) {
            EnvironmentSpec spec = line.spec();
            assertThat(spec.id()).isEqualTo("equal_line/3");
            assertThat(spec.timeoutKind()).isEqualTo(TimeoutKind.TERMINAL);
            assertThat(spec.stateIsObservations()).isFalse();
            assertThat(spec.actionSpace()).isEqualTo(new ActionSpace.Discrete(11));
            Observations first = line.reset(BOTH, new long[] {1, 2});
            requireRepeated(first);
            assertThat(first.availableActions()).hasSize(2 * 3 * 11).containsOnly(1);
            int[] actions = {0, 10, 5, 1, 2, 3};
            StepResult step = line.step(new Actions.Discrete(actions), BOTH);
            requireRepeated(step.observations());
            float[] before = first.state();
            float[] after = step.observations().state();
            assertThat(after[0]).isEqualTo(before[0]);
            assertThat(after[1] - before[1]).isCloseTo(0.1f, Offset.offset(1e-6f));
            assertThat(step.rewards()).hasSize(2);
            assertThat(step.info().get("min_gap")).hasSize(2);
        }
    }

    @Test
    void theToyIsOneStepThatIsCutFromOutside() {
        try (SupervisedEnvironment toy =
                RealBridges.provider().open(RealBridges.request("toy/consensus-5", 2))) {
            assertThat(toy.spec().timeoutKind()).isEqualTo(TimeoutKind.BOOTSTRAP);
            assertThat(toy.spec().stateIsObservations()).isTrue();
            Observations first = toy.reset(BOTH, new long[] {1, 2});
            assertThat(first.state()).isEqualTo(first.observations());
            StepResult step = toy.step(new Actions.Discrete(new int[10]), BOTH);
            assertThat(step.observations().state()).isEqualTo(first.state());
            assertThat(step.truncated()).containsOnly(1);
            assertThat(step.terminated()).containsOnly(0);
        }
    }

    @Test
    void aNumberThatNoEnvironmentTakesIsRefused() {
        assertThatThrownBy(
                        () -> RealBridges.provider().open(RealBridges.request("equal_line/1", 1)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(
                        "N, the number of agents, from 2 to 100, found 'equal_line/1'");
    }

    private static void requireRepeated(Observations seen) {
        float[] state = seen.state();
        assertThat(state).hasSize(6);
        assertThat(seen.observations()).hasSize(18);
        for (int copy = 0; copy < 6; copy++) {
            float[] row = Arrays.copyOfRange(seen.observations(), copy * 3, copy * 3 + 3);
            assertThat(row).isEqualTo(Arrays.copyOfRange(state, copy / 3 * 3, copy / 3 * 3 + 3));
        }
    }
}
