package org.cfcql.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.junit.jupiter.api.Test;

/** The environment of the tests notices who breaks the rules of an environment. */
class ScriptedEnvironmentTest {
    private static final boolean[] BOTH = {true, true};
    private static final boolean[] FIRST = {true, false};
    private static final long[] SEEDS = {3, 4};

    /** One agent that sees its seed and ends when its action is that. */
    private static final class Guess implements ScriptedEnvironment.Game {
        private long seed;

        @Override
        public void begin(long episode) {
            seed = episode;
        }

        @Override
        public ScriptedEnvironment.Turn play(Actions own) {
            boolean right =
                    own instanceof Actions.Discrete number
                            ? number.values()[0] == seed
                            : ((Actions.Continuous) own).values()[0] == seed;
            return new ScriptedEnvironment.Turn(
                    new float[] {right ? 1 : 0}, right, false, Map.of("right", right ? 1.0 : 0));
        }

        @Override
        public ScriptedEnvironment.View look() {
            float[] seen = {seed};
            return new ScriptedEnvironment.View(seen, seen, new byte[] {1, 0, 1});
        }
    }

    private static ScriptedEnvironment of(ActionSpace actions, ScriptedEnvironment.Losses losses) {
        EnvironmentSpec spec =
                new EnvironmentSpec(
                        "test/guess",
                        List.of("agent"),
                        1,
                        1,
                        true,
                        actions,
                        true,
                        9,
                        EnvironmentSpec.TimeoutKind.TRUNCATION,
                        false,
                        "team",
                        List.of("right"),
                        "per_episode",
                        "bitwise",
                        "none",
                        Map.of());
        return new ScriptedEnvironment(spec, 2, losses, Guess::new);
    }

    private static ScriptedEnvironment numbers(ScriptedEnvironment.Losses losses) {
        return of(new ActionSpace.Discrete(3), losses);
    }

    @Test
    void eachRowPlaysItsOwnGame() {
        ScriptedEnvironment environment = numbers(ScriptedEnvironment.Losses.NEVER);
        assertThat(environment.reset(BOTH, SEEDS).observations()).containsExactly(3, 4);
        StepResult result = environment.step(new Actions.Discrete(new int[] {3, 3}), BOTH);
        assertThat(result.rewards()).containsExactly(1, 0);
        assertThat(result.terminated()).containsExactly(1, 0);
        assertThat(result.info().get("right")).containsExactly(1, 0);
    }

    @Test
    void whoStepsAnEpisodeThatIsOverIsTold() {
        ScriptedEnvironment environment = numbers(ScriptedEnvironment.Losses.NEVER);
        Actions three = new Actions.Discrete(new int[] {3, 3});
        assertThatThrownBy(() -> environment.step(three, BOTH)).hasMessageContaining("row 0");
        environment.reset(BOTH, SEEDS);
        environment.step(three, BOTH);
        assertThatThrownBy(() -> environment.step(three, BOTH))
                .isInstanceOf(AssertionError.class)
                .hasMessage("row 0 was stepped without a reset");
    }

    @Test
    void rowsThatTakeNoPartHoldWhatNobodyMayRead() {
        ScriptedEnvironment numbered = numbers(ScriptedEnvironment.Losses.NEVER);
        numbered.reset(BOTH, SEEDS);
        Observations seen = numbered.reset(FIRST, new long[] {5, 6});
        assertThat(seen.observations()).containsExactly(5, 4);
        assertThat(seen.availableActions()).containsExactly(1, 0, 1, 1, 0, 1);

        ScriptedEnvironment vectors =
                of(new ActionSpace.Box(1, -9, 9), ScriptedEnvironment.Losses.NEVER);
        vectors.reset(BOTH, SEEDS);
        StepResult result = vectors.step(new Actions.Continuous(new float[] {0, 0}), FIRST);
        assertThat(result.observations().observations()).containsExactly(3, Float.NaN);
        assertThat(result.rewards()).containsExactly(0, Float.NaN);
    }

    @Test
    void aLossEndsTheEpisodesOfAllRows() {
        ScriptedEnvironment environment = numbers((calls, steps, stepping) -> steps == 1);
        environment.reset(BOTH, SEEDS);
        Actions none = new Actions.Discrete(new int[] {0, 0});
        assertThatThrownBy(() -> environment.step(none, BOTH)).isInstanceOf(EpisodesVoid.class);
        assertThat(environment.losses()).isEqualTo(1);
        assertThatThrownBy(() -> environment.step(none, FIRST)).hasMessageContaining("reset");
    }
}
