package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.cfcql.outcome.CheckRule;
import org.cfcql.outcome.JsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rules themselves hold: {@code RunCheckTest} of core. */
class CheckCommandTest {
    private static final Path KEPT = CheckoutHome.PATH.resolve("results/runs");
    private static final String SOUND = "figure1-toy";

    @TempDir Path folder;
    private Path run;
    private Path cell;

    @BeforeEach
    void copySoundRun() throws IOException {
        run = folder.resolve("run");
        try (Stream<Path> files = Files.walk(KEPT.resolve(SOUND))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = run.resolve(KEPT.resolve(SOUND).relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.deleteIfExists(run.resolve("check.json"));
        String id = JsonDocument.read(run.resolve("plan.json")).at("/cells/0/id").asText();
        cell = run.resolve("cells").resolve(id);
    }

    @Test
    void aSoundRunPassesAndSaysByWhichEdition() {
        Ended ended = Ended.of("check", "--store", run.toString());

        assertThat(ended.out()).contains("ok    " + run).contains("edition 1, 0 findings");
        assertThat(ended.code()).isZero();
        JsonNode stored = JsonDocument.read(run.resolve("check.json"));
        assertThat(stored.path("edition").asInt()).isEqualTo(CheckRule.EDITION);
        assertThat(stored.path("passed").asBoolean()).isTrue();
        assertThat(Ended.of("check", "--edition", "1", run.toString()).code()).isZero();
    }

    @Test
    void anEditionOfTheFutureIsRefused() {
        Ended ended = Ended.of("check", "--edition", "99", run.toString());

        assertThat(ended.err()).contains("expected an edition of the rules from 1 to");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(Ended.of("check", folder.toString()).code()).isEqualTo(2);
    }

    @Test
    void aRunThatBreaksARuleIsNotTrusted() throws IOException {
        Files.delete(cell.resolve("result.json"));

        Ended ended = Ended.of("check", run.toString());

        assertThat(ended.out()).contains("FAIL  " + CheckRule.RESULT.word() + "  ");
        assertThat(ended.code()).isEqualTo(1);
    }
}
