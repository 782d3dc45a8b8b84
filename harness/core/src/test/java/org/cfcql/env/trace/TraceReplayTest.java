package org.cfcql.env.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cfcql.env.trace.TraceResult.Difference;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays against an environment that counts: what differs is found and named. */
class TraceReplayTest {
    private static final String REFERENCE = "0.10.2";

    @TempDir Path folder;

    @Test
    void equalRowsAgreeInEveryField() throws IOException {
        TraceResult result = replay(new RecordedRows(), REFERENCE, 0);
        assertThat(result.passed()).isTrue();
        assertThat(result.exact()).isTrue();
        assertThat(result.environment()).isEqualTo("smax/test");
        assertThat(result.fields()).hasSize(TraceField.values().length);
        assertThat(result.fields()).allMatch(field -> field.largest() == 0);
    }

    @ParameterizedTest
    @EnumSource(value = TraceField.class, mode = EnumSource.Mode.EXCLUDE, names = "ACTIONS")
    void aDifferenceInTheLastRowIsNamed(TraceField field) throws IOException {
        int last = field == TraceField.TYPES ? 1 : lastIndex(field);
        TraceResult result = replay(new RecordedRows().add(field.stored(), last, 1), REFERENCE, 0);
        assertThat(result.passed()).isFalse();
        assertThat(result.fields().stream().filter(each -> !each.agrees()).map(Difference::field))
                .containsExactly(field.stored());
    }

    @ParameterizedTest
    @CsvSource({"actions,1", "reward,0.5", "terminated,1", "battle_won,1", "dead_allies,2"})
    void aResetRowHoldsNothingOfAStep(String field, double difference) throws IOException {
        TraceResult result = replay(new RecordedRows().add(field, 0, difference), REFERENCE, 0);
        assertThat(result.fields()).contains(new Difference(field, difference, 0, 0));
        assertThat(result.passed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "obs,5e-5,true",
        "obs,2e-4,false",
        "pos,9e-4,true",
        "pos,2e-3,false",
        "pool,1e-3,false",
        "reward,1e-3,false",
        "mask,1,false"
    })
    void anotherJaxAllowsTheLooserRuleOnly(String field, double difference, boolean passes)
            throws IOException {
        RecordedRows rows = new RecordedRows().add(field, 2, difference);
        TraceResult looser = replay(rows, "0.11.0", 0);
        assertThat(looser.exact()).isFalse();
        assertThat(looser.passed()).isEqualTo(passes);
        assertThat(replay(rows, REFERENCE, 0).passed()).isFalse();
    }

    @Test
    void whatIsNoNumberNeverAgrees() throws IOException {
        TraceResult result = replay(new RecordedRows().add("obs", 1, Double.NaN), "0.11.0", 0);
        assertThat(result.passed()).isFalse();
        assertThat(result.fields())
                .filteredOn(field -> field.field().equals("obs"))
                .allMatch(field -> Double.isNaN(field.largest()) && field.row() == 1);
    }

    @Test
    void anArrayThatIsNotComparedFailsByName() throws IOException {
        RecordedRows rows = new RecordedRows().put("heights", "<f4", new int[] {1}, 0);
        TraceResult result = replay(rows, REFERENCE, 0);
        assertThat(result.passed()).isFalse();
        assertThat(result.problem()).contains("not compared: heights");
    }

    @Test
    void anActionThatIsNotAvailableIsNotTaken() throws IOException {
        TraceResult result = replay(new RecordedRows().add("actions", 2, -1), REFERENCE, 0);
        assertThat(result.passed()).isFalse();
        assertThat(result.problem().orElseThrow())
                .contains("row 2: action 0 of agent 0 is not available");
    }

    @Test
    void aTraceThatGoesOnAfterTheEndFails() throws IOException {
        RecordedRows rows = new RecordedRows().fourth();
        TraceResult result = replay(rows, REFERENCE, 0);
        assertThat(result.passed()).isFalse();
        assertThat(result.problem())
                .contains("row 3 goes on after the end of the replayed episode");
    }

    @Test
    void aLostWorkerMeansAnotherAttempt() throws IOException {
        assertThat(replay(new RecordedRows(), REFERENCE, 2).passed()).isTrue();
    }

    @Test
    void filesOfAnotherKindAreRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.npz"), "no zip file at all");
        assertThatThrownBy(() -> TraceFile.read(text)).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> TraceFile.read(folder.resolve("absent.npz")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found none");
        assertThatThrownBy(() -> replay(new RecordedRows().without("pool"), REFERENCE, 0))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected an array pool");
        RecordedRows narrow = new RecordedRows().put("obs", "<f4", new int[] {3, 1}, 7, 8, 9);
        assertThatThrownBy(() -> replay(narrow, REFERENCE, 0))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected obs of shape [3, 1, 1], found [3, 1]");
    }

    private TraceResult replay(RecordedRows rows, String jax, int faults) throws IOException {
        CountingBattle battle = new CountingBattle(jax, faults);
        TraceFile file = TraceFile.read(rows.write(folder.resolve("rows.npz")));
        return new TraceReplay(battle, battle::rawArrays).replay(file);
    }

    private static int lastIndex(TraceField field) {
        return switch (field) {
            case STATE, MASK, POOL, ALIVE, COOLDOWN -> 5;
            case POS -> 11;
            default -> 2;
        };
    }
}
