package org.cfcql.run.folder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.run.ExperimentTest;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimingLogTest {
    private static final long LIMIT = 20_000;
    private static final int EVENTS = 3000;

    @TempDir Path folder;

    @Test
    void aCellThatEvaluatesWithoutEndKeepsItsTimesWithinTheLimitAndLosesNoSum() throws IOException {
        Path file = folder.resolve("timing.jsonl");
        for (int start = 0; start < 3; start++) {
            try (TimingLog log = new TimingLog(file, LIMIT)) {
                log.event(start == 0 ? "start" : "restart", start * EVENTS);
                for (int event = 1; event <= EVENTS; event++) {
                    log.training(1_000_000);
                    log.disturbances(2L * event, event);
                    log.event("evaluation", start * EVENTS + event);
                    assertThat(Files.size(file)).isLessThan(LIMIT + 1000);
                }
            }
        }
        List<String> lines = Files.readAllLines(file);
        JsonNode first = Storage.JSON.readTree(lines.get(0));
        JsonNode last = Storage.JSON.readTree(lines.get(lines.size() - 1));
        assertThat(first.path("event").asText()).isEqualTo("start");
        assertThat(last.path("round").asInt()).isEqualTo(3 * EVENTS);
        assertThat(last.path("trainMs").asDouble()).isEqualTo(3.0 * EVENTS);
        assertThat(lines).filteredOn(line -> line.contains("\"left out\"")).hasSize(1);
        assertThat(sum(lines, "repeatedEpisodes")).isEqualTo(2L * 3 * EVENTS);
        assertThat(sum(lines, "environmentRestarts")).isEqualTo(3L * EVENTS);
        long leftOut = sum(lines, "lines");
        assertThat(leftOut + lines.size() - 1).as("lines in all").isEqualTo(3L * (EVENTS + 1));
    }

    @Test
    void aLineOfWhatWasLeftOutIsAddedToAlsoWhereItFitsAmongTheFirstLines() throws IOException {
        Path file = folder.resolve("timing.jsonl");
        StringBuilder text = new StringBuilder("{\"event\":\"start\"}\n");
        text.append("{\"event\":\"left out\",\"lines\":5,\"restarts\":1}\n");
        for (int event = 0; event < 100; event++) {
            text.append("{\"event\":\"evaluation\",\"round\":").append(event).append("}\n");
        }
        Files.writeString(file, text);
        TimingLines.shorten(file, 1000);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).filteredOn(line -> line.contains("\"left out\"")).hasSize(1);
        assertThat(sum(lines, "lines") + lines.size() - 1).isEqualTo(1 + 5 + 100);
        assertThat(sum(lines, "restarts")).isEqualTo(1);
    }

    @Test
    void theStatusOfACellCountsWhatWasLeftOut() throws IOException {
        RunFolder run = new RunFolder(folder);
        Cell cell = ExperimentTest.plan(ExperimentTest.TEXT).cells().get(0);
        CellFolder files = run.cell(cell.id());
        Files.createDirectories(files.path());
        for (int start = 0; start < 100; start++) {
            try (TimingLog log = new TimingLog(files.timing(), LIMIT)) {
                log.event(start == 0 ? "start" : "restart", 1);
                log.disturbances(3, 1);
                log.event("evaluation", 2);
            }
        }
        assertThat(Files.readString(files.timing())).contains("\"left out\"");
        CellStatus status = CellStatus.read(cell, files);
        assertThat(status.restarts()).isEqualTo(99);
        assertThat(status.repeatedEpisodes()).isEqualTo(300);
        assertThat(status.environmentRestarts()).isEqualTo(100);
        assertThat(status.round()).isEqualTo(2);
    }

    private static long sum(List<String> lines, String name) throws IOException {
        long sum = 0;
        for (String line : lines) {
            sum += Storage.JSON.readTree(line).path(name).asLong();
        }
        return sum;
    }
}
