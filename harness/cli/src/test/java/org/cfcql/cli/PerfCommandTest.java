package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.cfcql.error.UserError;
import org.cfcql.nativecode.NativeKernels;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PerfCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine().setOut(new PrintWriter(out, true));
        return commandLine.setErr(new PrintWriter(err, true)).execute(arguments);
    }

    @Test
    void aCaseIsOneJsonObjectWhosePhasesAddUp() throws Exception {
        assertThat(run("perf", "bc-continuous/simple_spread", "--rounds", "3", "--json")).isZero();

        assertThat(out.toString().lines()).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(line.fieldNames())
                .toIterable()
                .containsExactly(
                        "case",
                        "threads",
                        "ms_median",
                        "ms_min",
                        "floor_ms",
                        "ratio",
                        "gflops",
                        "phases");
        assertThat(line.path("case").asText()).isEqualTo("bc-continuous/simple_spread");
        assertThat(line.path("threads").asInt()).isEqualTo(1);
        double median = line.path("ms_median").asDouble();
        double floor = line.path("floor_ms").asDouble();
        assertThat(line.path("ms_min").asDouble()).isPositive().isLessThanOrEqualTo(median);
        assertThat(line.path("ratio").asDouble()).isCloseTo(median / floor, within(1e-9));
        assertThat(line.path("gflops").asDouble()).isPositive();
        double phases = 0;
        for (JsonNode phase : line.path("phases")) {
            phases += phase.asDouble();
        }
        assertThat(phases).isCloseTo(median, within(0.05 * median));
    }

    @Test
    void kernelsThatAreNotThereAreNamedOnce() {
        run("perf", "bc-continuous/simple_spread", "--rounds", "1", "--json");

        long said = err.toString().lines().filter(line -> line.contains("kernels")).count();
        assertThat(said).isEqualTo(NativeKernels.available() ? 0 : 1);
    }

    @Test
    void noRoundsAreAWrongCall() {
        assertThat(run("perf", "bc-continuous/simple_spread", "--rounds", "0"))
                .isEqualTo(UserError.EXIT_CODE);
        assertThat(err.toString().lines()).singleElement().asString().contains("--rounds");
    }
}
