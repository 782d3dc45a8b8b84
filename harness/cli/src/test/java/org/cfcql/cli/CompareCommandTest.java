package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompareCommandTest {
    private static final String CORE = "../core/src/test/resources/org/cfcql/report/";
    private static final String RUN = CORE + "run";
    private static final String TABLE = CORE + "compare/first.csv";
    private static final String OTHER_TABLE = CORE + "compare/second.csv";

    @TempDir private Path folder;

    @Test
    void aRunComparedWithItselfIsIdenticalAndItsOpenCellsAreNamed() {
        Ended ended = Ended.of("compare", RUN, RUN, "--resamples", "50");
        assertThat(ended.code()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out())
                .contains("identical", "Without a result in the first", "without a result: 2 and 2")
                .doesNotContain("What else differs");
    }

    @Test
    void tablesAreComparedAndEachOutputSaysWhatNobodyChecked() throws IOException {
        Ended ended =
                Ended.of(
                        "compare",
                        TABLE,
                        OTHER_TABLE,
                        "--json",
                        "--out",
                        folder.toString(),
                        "--resamples",
                        "50");
        assertThat(ended.code()).isZero();
        JsonNode json = new ObjectMapper().readTree(ended.out());
        assertThat(json.path("cells")).hasSize(6);
        assertThat(json.path("unchecked")).hasSize(4);
        assertThat(folder.resolve("compare.md")).content().contains("not checked");
        assertThat(folder.resolve("compare.csv")).content().hasLineCount(7);
        assertThat(new ObjectMapper().readTree(folder.resolve("compare.json").toFile()))
                .isEqualTo(json);
    }

    @Test
    void theSameCallPrintsTheSameBytes() {
        String[] call = {"compare", TABLE, OTHER_TABLE, "--resamples", "50", "--seed", "3"};
        assertThat(Ended.of(call).out()).isEqualTo(Ended.of(call).out()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--allow=seeds", "--resamples=0", "--first=omar9", "--track=none"})
    void whatDoesNotExistIsRefusedInOneLine(String option) {
        Ended ended = Ended.of("compare", TABLE, OTHER_TABLE, option);
        assertThat(ended.code()).isEqualTo(UserError.EXIT_CODE);
        assertThat(ended.err().lines()).hasSize(1);
        assertThat(ended.err()).startsWith("cfcql: expected ");
    }

    @Test
    void aFolderThatIsNoRunIsRefused() {
        assertThat(Ended.of("compare", folder.toString(), RUN).code())
                .isEqualTo(UserError.EXIT_CODE);
    }
}
