package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyCommandTest {
    private static final Path GOLDEN = Path.of("..", "core", "src", "test", "resources", "golden");

    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine().setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(new StringWriter()));
        return commandLine.execute(arguments);
    }

    @Test
    void aLinePerFileThenTheCounts() {
        assertThat(run("verify", GOLDEN.toString())).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(10);
        assertThat(lines.get(9)).isEqualTo("9 passed, 0 failed, 0 no implementation");
    }

    @Test
    void jsonHoldsOneObjectPerFileAndPrecision() throws Exception {
        assertThat(run("verify", "--json", GOLDEN.toString())).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(19);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode first = mapper.readTree(lines.get(0));
        assertThat(first.fieldNames())
                .toIterable()
                .contains(
                        "file",
                        "algorithm",
                        "variant",
                        "dtype",
                        "status",
                        "errors",
                        "tolerances",
                        "worst",
                        "excused");
        assertThat(first.path("dtype").asText()).isEqualTo("float64");
        assertThat(first.path("status").asText()).isEqualTo("passed");
        JsonNode counts = mapper.readTree(lines.get(18));
        assertThat(counts.path("passed").asInt()).isEqualTo(18);
        assertThat(counts.path("files").path("passed").asInt()).isEqualTo(9);
    }

    @Test
    void aDamagedFileIsANo(@TempDir Path folder) throws Exception {
        Files.copy(GOLDEN.resolve("vae-behaviour-mpe.h5"), folder.resolve("vae-behaviour-mpe.h5"));
        Files.writeString(folder.resolve("damaged.h5"), "not HDF5");
        assertThat(run("verify", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("1 passed, 1 failed").contains("damaged.h5");
    }

    @Test
    void nothingPassedIsANo(@TempDir Path folder) {
        assertThat(run("verify", folder.toString())).isEqualTo(1);
    }

    @Test
    void aMissingFolderIsAWrongCall(@TempDir Path folder) {
        assertThat(run("verify", folder.resolve("absent").toString()))
                .isEqualTo(UserError.EXIT_CODE);
    }
}
