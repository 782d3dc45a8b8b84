package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cfcql.error.UserError;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dry run accepts the run accepts: everything else is refused in one line. */
class HostileExperimentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seeds=[010] | number 010",
                "seeds=[0x10] | number 0x10",
                "seeds=[1_000] | number 1_000",
                "seeds=[1:30] | number 1:30",
                "seeds=[&a 1, *a] | anchor or alias",
                "seeds=[!!int 1] | a tag",
                "seeds=[-1] | whole numbers from 0",
                "seeds=[1.5] | whole numbers from 0",
                "seeds=[1, 1] | 1 twice",
                "seeds=[] | at least one element",
                "seeds=[99999999999999999999] | whole numbers from 0",
                "seeds=3 | a list",
                "budget.rounds=0 | from 1",
                "budget.rounds=-5 | from 1",
                "budget.rounds=1e3 | whole number",
                "budget.rounds=.nan | numeric value",
                "budget.rounds=.inf | numeric value",
                "budget.rounds=10000000000 | whole number",
                "budget.rounds=ten | whole number",
                "budget.round=5 | did you mean 'rounds'",
                "budget=7 | a mapping",
                "budget.batch=0 | from 1",
                "budget.batch=10001 | transitions as a batch has",
                "evaluation.every=0 | from 1",
                "evaluation.episodes=-1 | from 1",
                "evaluation.startStates=sometimes | one of",
                "scale=0 | above 0",
                "scale=2 | above 0",
                "scale=.nan | numeric value",
                "track=both | one of",
                "device=tpu | device",
                "precision=float16 | one of",
                "kernels=maybe | on or off",
                "name=../x | letters, digits",
                "name=[] | letters, digits",
                "datasets=[] | data set",
                "datasets=[a, a] | twice",
                "datasets=[{path: a, name: x}, {path: b, nam: y}] | did you mean 'name'",
                "datasets=[{path: 7}] | a text",
                "datasets={a: b} | a list",
                "environments=[] | at least one",
                "environments=[mpe/simple_spred] | did you mean",
                "environments=mpe/simple_spread | a list",
                "algorithms={} | at least one algorithm",
                "algorithms=[fake] | a mapping",
                "algorithms={fake: 7} | a mapping of settings",
                "algorithms={fake: {data.episodes: 5}} | 'data.episodes', which only discrete",
                "algorithms={fake: {data: {episodes: 5}}} | 'data.episodes', which only discrete",
                "algorithms={fake: {alpha: []}} | a value for 'alpha'",
                "algorithms={fake: {alpha: null}} | a value for 'alpha'",
                "algorithms={fake: {alpha: .nan}} | numeric value",
                "algorithms={fake: {alpha: -1}} | alpha",
                "algorithms={fake: {alpha: [1, -1]}} | alpha",
                "algorithms={fake: {alhpa: 1}} | alpha",
                "algorithms={fake: {alpha: yes}} | alpha",
                "algorithms={nonsense: {}} | nonsense",
                "data.episodes=3 | data.episodes",
                "replay.rng=never | one of",
                "sequences=woven | one of"
            })
    void aWrongValueIsRefusedWhenPlanned(String override, String said) {
        assertRefused(ExperimentTest.TEXT, said, override);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | to be ",
                "'null' | YAML mapping",
                "'[1, 2]' | YAML mapping",
                "'a: [' | at line",
                "'a: 1\na: 2' | uplicate",
                "'name: x\n---\nname: y' | second document",
                "'a: &x [1]\nb: *x' | anchor or alias",
                "'a: !!java.net.URL [\"x\"]' | a tag",
                "'\u0000' | to be YAML"
            })
    void aTextThatIsNoPlainExperimentIsRefused(String text, String said) {
        assertRefused(text, said);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 300, 5000})
    void aNameOfADataSetThatNoFolderCanHaveIsRefused(int letters) {
        String override = "datasets=[{path: random, name: " + "n".repeat(letters) + "}]";
        assertRefused(ExperimentTest.TEXT, "at most 100 letters", override);
    }

    @Test
    void aCellWithALongerNameThanFoldersHaveIsRefused() {
        String option =
                "environments=[{id: mpe/simple_spread, options: {prey: " + "p".repeat(300) + "}}]";
        assertRefused(ExperimentTest.TEXT, "at most 240 letters", option);
    }

    @Test
    void moreCellsThanAPlanHoldsAreCountedAndRefused() {
        StringBuilder values = new StringBuilder("0");
        for (int value = 1; value < 400; value++) {
            values.append(", ").append(value / 100.0);
        }
        String sweep = "algorithms={fake: {alpha: [%s], criticPerActor: [%s]}}";
        assertRefused(
                ExperimentTest.TEXT,
                "at most 100000 cells, found about",
                sweep.formatted(values, values));
    }

    private static void assertRefused(String text, String said, String... overrides) {
        assertThatThrownBy(
                        () -> {
                            Experiment experiment =
                                    ExperimentReader.parse(text, "trial", List.of(overrides));
                            Preflight.plan(experiment, FakeServices.create());
                        })
                .isInstanceOf(UserError.class)
                .hasMessageContaining(said)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("java.")
                .hasMessageNotContaining("com.fasterxml");
    }
}
