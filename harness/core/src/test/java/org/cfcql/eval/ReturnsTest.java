package org.cfcql.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.junit.jupiter.api.Test;

/** What becomes of an episode's rewards and flags, with numbers that tell themselves apart. */
class ReturnsTest {
    /** Step t is worth t to the first agent and 10 t to the second; the third step ends it. */
    private record Script(boolean truncates, Double won) implements VectorEnvironment {
        private static int step;

        @Override
        public EnvironmentSpec spec() {
            return CountingGame.spec("mean");
        }

        @Override
        public int environments() {
            return 1;
        }

        @Override
        public Observations reset(boolean[] mask, long[] seeds) {
            step = 0;
            return seen();
        }

        @Override
        public StepResult step(Actions actions, boolean[] active) {
            assertThat(step).as("steps of an episode that ends with its third").isLessThan(3);
            step++;
            byte last = (byte) (step == 3 ? 1 : 0);
            byte[] none = {0};
            byte[] ended = {last};
            return new StepResult(
                    seen(),
                    new float[] {step, 10 * step},
                    truncates ? none : ended,
                    truncates ? ended : none,
                    won == null ? Map.of() : Map.of("battle_won", new double[] {won}));
        }

        private static Observations seen() {
            float[] zeros = new float[4];
            return new Observations(1, zeros, zeros, new byte[0]);
        }

        @Override
        public void close() {}
    }

    private static List<EpisodeResult> play(boolean truncates, Double won) {
        Script script = new Script(truncates, won);
        return new Evaluator().evaluate(script, new PullPolicy(script.spec()), List.of(1L, 2L));
    }

    @Test
    void theReturnIsTheSumOverTheEpisodeAndOfNoOther() {
        for (boolean truncates : new boolean[] {true, false}) {
            for (EpisodeResult result : play(truncates, null)) {
                assertThat(result.length()).isEqualTo(3);
                assertThat(result.agentReturns()).containsExactly(6, 60);
                assertThat(result.score()).isEqualTo(33);
            }
        }
    }

    @Test
    void aBattleIsScoredByItsOutcome() {
        assertThat(play(true, 0.0)).extracting(EpisodeResult::score).containsExactly(0.0, 0.0);
        assertThat(play(false, 1.0)).extracting(EpisodeResult::score).containsExactly(1.0, 1.0);
    }
}
