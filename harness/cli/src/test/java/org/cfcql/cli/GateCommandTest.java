package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateCommandTest {
    private static final String RUN = "../core/src/test/resources/org/cfcql/report/run";

    @TempDir private Path folder;

    private Path table(String name, double shift, int seeds) throws IOException {
        StringBuilder text =
                new StringBuilder("env,dataset,algorithm,seed,track,score,normalized\n");
        for (int cell = 0; cell < 3; cell++) {
            for (int seed = 0; seed < seeds; seed++) {
                double score = 10 * cell + seed * 7 % 5 + (shift == 0 ? 0 : shift + 0.01 * seed);
                text.append(
                        "mpe/simple_spread,random,line%d,%d,equal,%s,\n"
                                .formatted(cell, seed, score));
            }
        }
        return Files.writeString(folder.resolve(name), text);
    }

    private Ended gate(double shift, int seeds) throws IOException {
        return Ended.of(
                "gate",
                "--reference",
                table("reference.csv", 0, 10).toString(),
                "--candidate",
                table("candidate.csv", shift, seeds).toString());
    }

    @Test
    void theExitCodeIsThatOfTheVerdict() throws IOException {
        assertThat(gate(0, 5).code()).as("identical").isZero();
        assertThat(gate(0.1, 5).code()).as("pass").isZero();
        assertThat(gate(-8, 5).code()).as("regression").isEqualTo(1);
        assertThat(gate(8, 5).code()).as("suspicious").isEqualTo(1);
        assertThat(gate(0.1, 2).code()).as("undecided").isEqualTo(2);
    }

    @Test
    void coverageComesFirstAndThenWhatTheSeedsCanShow() throws IOException {
        Ended ended = gate(-8, 5);
        assertThat(ended.out())
                .startsWith("coverage: 3 of 3 cells of the reference")
                .containsSubsequence("smallest loss that these seeds show", "verdict: regression");
    }

    @Test
    void filesForAContinuousIntegrationAreWritten() throws IOException {
        Path junit = folder.resolve("junit.xml");
        Path markdown = folder.resolve("gate.md");
        Path benchmark = folder.resolve("benchmark.json");
        Ended ended =
                Ended.of(
                        "gate",
                        "--reference",
                        table("reference.csv", 0, 10).toString(),
                        "--candidate",
                        table("candidate.csv", -8, 5).toString(),
                        "--junit",
                        junit.toString(),
                        "--markdown",
                        markdown.toString(),
                        "--benchmark-json",
                        benchmark.toString());
        assertThat(junit).content().contains("<failure message=\"regression");
        assertThat(markdown).content().isEqualTo(ended.out());
        assertThat(benchmark).content().contains("\"name\" : \"line0");
    }

    @Test
    void aRecordedRunIsItsOwnReferenceAndItsOpenCellsAreInfrastructure() {
        Path file = folder.resolve("reference.json");
        assertThat(
                        Ended.of(
                                        "gate",
                                        "--record",
                                        file.toString(),
                                        "--candidate",
                                        RUN,
                                        "--made",
                                        "here")
                                .code())
                .isZero();
        Ended ended =
                Ended.of("gate", "--reference", file.toString(), "--candidate", RUN, "--part");
        assertThat(ended.out()).contains("identical");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void whatIsMissingIsSaidInOneLine() throws IOException {
        Ended ended = Ended.of("gate", "--candidate", table("candidate.csv", 0, 5).toString());
        assertThat(ended.code()).isEqualTo(UserError.EXIT_CODE);
        assertThat(ended.err()).startsWith("cfcql: expected --reference").hasLineCount(1);
        Ended wrong = Ended.of("gate", "--level=0.7", "--reference", RUN, "--candidate", RUN);
        assertThat(wrong.code()).isEqualTo(UserError.EXIT_CODE);
    }
}
