package org.cfcql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.report.Fixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stored run folder has six cells, four of them finished and one failed. */
final class ResultDatabaseTest {
    @TempDir private Path folder;

    @Test
    void scoresAreThoseOfTheResults() {
        for (List<String> row :
                answer("select cell, score from cells where score is not null", Fixture.RUN)) {
            Path cell = Fixture.RUN.resolve("cells").resolve(row.get(0));
            assertThat(Double.parseDouble(row.get(1)))
                    .as(row.get(0))
                    .isEqualTo(
                            JsonDocument.read(cell.resolve("result.json"))
                                    .path("score")
                                    .asDouble());
        }
    }

    @Test
    void aCellWithoutAResultIsThereWithItsReasonAndWithoutAScore() {
        assertThat(answer("select count(*), count(score), count(reason) from cells", Fixture.RUN))
                .containsExactly(List.of("6", "4", "1"));
    }

    @Test
    void whatAReportRefusesHasNoScoreEither() {
        Path run = Fixture.copyTo(folder.resolve("run"));
        Fixture.replace(run, "result.json", "\"score\": ", "\"score\": 1");
        assertThat(answer("select count(*) from cells where state = 'failed'", run))
                .containsExactly(List.of("5"));
        assertThat(answer("select count(score) from cells", run)).containsExactly(List.of("0"));
    }

    @Test
    void everyLineAndEveryNumberIsARow() {
        int lines = 0;
        for (List<String> cell : answer("select cell from cells", Fixture.RUN)) {
            Path files = Fixture.RUN.resolve("cells").resolve(cell.get(0));
            lines += JsonDocument.readLines(files.resolve("evaluations.jsonl")).size();
        }
        assertThat(lines).isPositive();
        assertThat(answer("select count(*) from evaluations", Fixture.RUN))
                .containsExactly(List.of(String.valueOf(lines)));
        assertThat(
                        answer(
                                "select count(*) > 0, min(round) >= 0 from metrics where phase ="
                                        + " 'training'",
                                Fixture.RUN))
                .containsExactly(List.of("true", "true"));
        assertThat(answer("select count(*) from budget where spent > granted", Fixture.RUN))
                .containsExactly(List.of("0"));
    }

    @ParameterizedTest
    @EnumSource(AnswerFormat.class)
    void aWrittenAnswerIsReadBack(AnswerFormat format) throws IOException {
        Path file = folder.resolve("it's." + format.name().toLowerCase());
        try (ResultDatabase database =
                ResultDatabase.answer(List.of(Fixture.RUN), "select cell, seed from cells")) {
            database.write(file, format);
            assertThatThrownBy(() -> database.write(folder.resolve("no/file"), format))
                    .isInstanceOf(MachineFault.class)
                    .hasMessageContaining("expected to write");
        }
        assertThat(Files.size(file)).isPositive();
        String quoted = file.toString().replace("'", "''");
        assertThat(
                        answer(
                                "select count(distinct cell) from '" + quoted + "' where seed >= 0",
                                Fixture.RUN))
                .containsExactly(List.of("6"));
    }

    @Test
    void aQueryWithoutAnAnswerIsRefusedInOneLine() {
        assertThatThrownBy(() -> answer("select scores from cells", Fixture.RUN))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("docs/query.md")
                .satisfies(refused -> assertThat(refused.getMessage().lines()).hasSize(1));
        assertThatThrownBy(() -> answer("select 1", folder)).isInstanceOf(UserError.class);
    }

    private static List<List<String>> answer(String sql, Path run) {
        try (ResultDatabase database = ResultDatabase.answer(List.of(run), sql)) {
            List<List<String>> rows = database.rows();
            return rows.subList(1, rows.size());
        }
    }
}
