package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.cfcql.error.UserError;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;

/** Any text is a plan or a refusal in one line. */
class ExperimentFuzzTest {
    private static final List<String> SETTINGS =
            List.of(
                    "seeds=[0, 1]",
                    "budget.rounds=3",
                    "algorithms.fake.alpha=[0.1, 0.2]",
                    "evaluation.every=2",
                    "datasets=[{path: random, name: other}]",
                    "scale=0.5");

    @Property
    void aDamagedExperimentIsPlannedOrRefused(@ForAll long seed) {
        RandomStream random = new RandomStream(seed);
        byte[] text = ExperimentTest.TEXT.getBytes(StandardCharsets.UTF_8);
        planOrRefuse(damaged(text, random), List.of());
    }

    @Property
    void aDamagedSettingIsPlannedOrRefused(@ForAll long seed) {
        RandomStream random = new RandomStream(seed);
        String setting = SETTINGS.get(random.nextInt(SETTINGS.size()));
        planOrRefuse(
                ExperimentTest.TEXT,
                List.of(damaged(setting.getBytes(StandardCharsets.UTF_8), random)));
    }

    private static String damaged(byte[] text, RandomStream random) {
        byte[] damaged =
                random.nextInt(2) == 0 ? Damage.ofJson(text, random) : Damage.ofBytes(text, random);
        return new String(damaged, StandardCharsets.UTF_8);
    }

    private static void planOrRefuse(String text, List<String> overrides) {
        try {
            Experiment experiment = ExperimentReader.parse(text, "trial", overrides);
            assertThat(Preflight.plan(experiment, FakeServices.create()).cells()).isNotEmpty();
        } catch (UserError refused) {
            assertThat(refused.getMessage())
                    .doesNotContain("java.")
                    .doesNotContain("com.fasterxml")
                    .contains("expected");
        }
    }
}
