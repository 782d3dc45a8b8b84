package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The stored run folder has six cells, four of them finished and one failed. */
final class QueryCommandTest {
    private static final String RUN = "../core/src/test/resources/org/cfcql/report/run";
    private static final Path KEPT = Path.of("../../results/runs");

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void scoresAreThoseOfTheResults() throws IOException {
        execute("query", "select cell, score from cells order by 1", RUN, "--format", "json");
        for (JsonNode row : new ObjectMapper().readTree(out.toString())) {
            Path result = Path.of(RUN, "cells", row.path("cell").asText(), "result.json");
            JsonNode score =
                    Files.exists(result)
                            ? new ObjectMapper().readTree(result.toFile()).path("score")
                            : new ObjectMapper().nullNode();
            assertThat(row.path("score")).as(result.toString()).isEqualTo(score);
        }
    }

    @Test
    void aCellWithoutAResultIsThereWithItsReasonAndWithoutAScore() {
        execute("query", "select count(*), count(score), count(reason) from cells", RUN);
        assertThat(out.toString().lines().skip(1)).containsExactly("6             4             1");
    }

    @Test
    void aResultThatAReportRefusesHasNoScoreHereEither() throws IOException {
        Path cells = Files.createDirectories(folder.resolve("run/cells"));
        Path source = Path.of(RUN, "cells");
        String id = source.toFile().list((all, name) -> name.startsWith("cfcql"))[0];
        Path copy = Files.createDirectory(cells.resolve(id));
        for (String name : source.resolve(id).toFile().list()) {
            Files.copy(source.resolve(id).resolve(name), copy.resolve(name));
        }
        Path result = copy.resolve("result.json");
        Files.writeString(
                result, Files.readString(result).replaceFirst("\"score\" *: *", "\"score\": 1"));
        execute(
                "query",
                "select state, score, reason from cells",
                folder.resolve("run").toString(),
                "--format",
                "csv");
        assertThat(out.toString().lines().skip(1))
                .singleElement()
                .asString()
                .startsWith("failed,,\"expected score ");
    }

    @Test
    void aFileOfEveryFormatHoldsTheAnswer() throws IOException {
        for (String ending : List.of("csv", "json", "parquet")) {
            String file = folder.resolve("it's." + ending).toString();
            assertThat(execute("query", "select cell, seed from cells", RUN, "--out", file))
                    .isZero();
            out.getBuffer().setLength(0);
            String sql =
                    "select count(distinct cell), sum(seed) from '%s' where (select count(*) from"
                            + " cells) = 6";
            execute("query", sql.formatted(file.replace("'", "''")), RUN);
            assertThat(out.toString().lines().skip(1))
                    .as(ending)
                    .singleElement()
                    .asString()
                    .startsWith("6 ");
            out.getBuffer().setLength(0);
        }
    }

    @Test
    void aWrongQueryIsOneLineThatSaysWhereTheColumnsAre() {
        assertThat(execute("query", "select scores from cells", RUN)).isEqualTo(2);
        assertThat(execute("query", "drop table cells", RUN)).isEqualTo(2);
        assertThat(execute("query", "select 1", RUN, "--format", "parquet")).isEqualTo(2);
        assertThat(execute("query", "select 1", RUN, "--out", "x.xls")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(4).allMatch(line -> line.startsWith("cfcql: "));
        assertThat(err.toString()).contains("docs/query.md");
    }

    @Test
    void everyQuestionOfThePageHasAnAnswerInTheKeptRuns() throws IOException {
        Matcher questions =
                Pattern.compile("^```sql\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                        .matcher(Files.readString(Path.of("../..", "docs/query.md")));
        List<String> asked = new ArrayList<>();
        while (questions.find()) {
            asked.add(questions.group(1));
            out.getBuffer().setLength(0);
            int status =
                    execute(
                            "query",
                            questions.group(1),
                            KEPT.resolve("simple_spread-random").toString(),
                            KEPT.resolve("figure1-toy").toString());
            assertThat(status).as(questions.group(1) + err).isZero();
            assertThat(out.toString().lines()).as(questions.group(1)).hasSizeGreaterThan(1);
        }
        assertThat(asked).hasSize(10);
    }

    private int execute(String... arguments) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
