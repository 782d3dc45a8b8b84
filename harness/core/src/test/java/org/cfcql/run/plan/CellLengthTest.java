package org.cfcql.run.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.cfcql.run.dataset.DatasetFacts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellLengthTest {
    /** Counts of spec 1.9. */
    @ParameterizedTest
    @CsvSource({
        "5000, 253992, 1516",
        "1976, 100121, 1520",
        "5000, 211832, 1811",
        "5000, 1174576, 333",
        "5000, 1082739, 361",
        "5000, 600520, 649",
        "5000, 135256, 2800",
        "5000, 118405, 3182",
        "5000, 207008, 1852",
        "5000, 217723, 1763"
    })
    void gradientStepsAreThePublishedOnes(long episodes, long transitions, long steps) {
        DatasetFacts facts = new DatasetFacts(null, "", "", episodes, transitions, 0, 0);
        assertThat(CellLength.gradientSteps(10_050_000, 128, facts)).isEqualTo(steps);
    }
}
