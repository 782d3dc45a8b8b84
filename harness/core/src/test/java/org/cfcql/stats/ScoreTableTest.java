package org.cfcql.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreTableTest {
    private static final String HEADER = "env,dataset,algorithm,seed,track,score,normalized\n";

    @TempDir private Path folder;

    @Test
    void whatIsWrittenReadsBackTheSame() throws IOException {
        ScoreTable table =
                new ScoreTable(
                        List.of(
                                row("cfcql", 0, OptionalDouble.of(12.5)),
                                row("cfcql[alpha=1, tau=\"x\"]", 1, OptionalDouble.empty())));
        StringWriter text = new StringWriter();
        table.write(text);
        assertThat(text.toString()).startsWith(HEADER);
        assertThat(ScoreTable.read(file(text.toString()))).isEqualTo(table);
    }

    @Test
    void anEmptyTableStillHasItsHeader() throws IOException {
        StringWriter text = new StringWriter();
        new ScoreTable(List.of()).write(text);
        assertThat(text.toString()).isEqualTo(HEADER);
    }

    @Test
    void theSameRunTwiceIsRefused() {
        refused(HEADER + "e,d,a,0,equal,1,1\ne,d,a,0,equal,2,2\n", "found a seed 0 on e/d twice");
    }

    @Test
    void aMissingColumnIsRefusedByName() {
        refused("env,dataset,algorithm,seed,track,score\ne,d,a,0,equal,1\n", "found no normalized");
    }

    @Test
    void aScoreThatIsNoNumberIsRefusedWithItsLine() {
        refused(HEADER + "e,d,a,0,equal,1,1\ne,d,a,1,equal,NaN,1\n", "score in line 3");
    }

    @Test
    void anEmptyFileIsRefused() {
        refused("", "found");
        refused(HEADER, "found none");
    }

    @Test
    void twoTracksAreNotMixed() {
        String text = HEADER + "e,d,a,0,equal,1,1\ne,d,b,0,paper,2,2\n";
        assertThatThrownBy(() -> ScoreMatrix.of(ScoreTable.read(file(text))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found equal and paper");
    }

    @Test
    void unequalTaskSetsAreRefused() {
        String text = HEADER + "e,d,a,0,equal,1,1\ne,d2,a,0,equal,1,1\ne,d,b,0,equal,2,2\n";
        assertThatThrownBy(() -> ScoreMatrix.of(ScoreTable.read(file(text))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found no run of b on e/d2");
    }

    @Test
    void aRowWithoutNormalisedScoreIsRefused() {
        String text = HEADER + "e,d,a,0,equal,1,\n";
        assertThatThrownBy(() -> ScoreMatrix.of(ScoreTable.read(file(text))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found none for a on e/d");
    }

    private void refused(String text, String message) {
        assertThatThrownBy(() -> ScoreTable.read(file(text)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("scores.csv"), text);
    }

    private static ScoreRow row(String algorithm, long seed, OptionalDouble normalized) {
        return new ScoreRow("mpe/x", "random", algorithm, seed, "equal", 0.25, normalized);
    }
}
