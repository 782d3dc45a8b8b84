package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.cfcql.env.bridge.Bridges;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The commands around environments, with real workers. */
@ExtendWith(CheckoutHome.class)
class EnvCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void requirePackages() {
        assertThat(Bridges.at(CheckoutHome.PATH).python("numpy"))
                .as("tests of real workers need the packages of numpy.txt; run: make venv")
                .isExecutable();
    }

    @Test
    void theListNamesEveryEnvironmentWithItsFamilyAsJson() throws IOException {
        assertThat(run("env", "list", "--json")).isZero();
        JsonNode list = new ObjectMapper().readTree(out.toString());
        assertThat(list.findValuesAsText("id"))
                .contains("mpe/simple_spread", "mpe/simple_tag", "mpe/simple_world");
        assertThat(list.get(0).get("family").asText()).isEqualTo("mpe");
        assertThat(list.get(0).get("venv").asText()).isEqualTo("numpy");
    }

    @Test
    void anEnvironmentThatKeepsItsPromisesPasses() throws IOException {
        assertThat(run("env", "check", "faulty/none", "--envs", "3", "--json")).isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.get("ok").asBoolean()).isTrue();
        assertThat(report.get("checks")).hasSize(6);
        assertThat(report.get("fingerprint").asText()).matches("[0-9a-f]{64}");
    }

    @Test
    void anEnvironmentThatLiesFailsWithItsReason() {
        assertThat(run("env", "check", "faulty/nan", "--envs", "2")).isEqualTo(1);
        assertThat(out.toString())
                .contains("FAIL  no fault while serving")
                .contains("expected finite observations in row 0, found NaN");
    }

    @Test
    void anUnknownEnvironmentIsOneLineWithASuggestion() {
        assertThat(run("env", "check", "mpe/simple_spred")).isEqualTo(2);
        assertThat(err.toString().strip())
                .isEqualTo(
                        "cfcql: expected an environment, found 'mpe/simple_spred'; did you mean"
                                + " 'mpe/simple_spread'?");
    }

    @Test
    void aMissingPackageEndsWithExitCodeThree() {
        assertThat(run("env", "check", "faulty/make-fails")).isEqualTo(3);
        assertThat(err.toString())
                .contains("no-such-package==1.0")
                .contains("run: cfcql env install numpy");
    }

    @Test
    void theSpeedOverTheBridgeStandsBesideTheSpeedWithoutIt() {
        String[] few = {"--envs", "2", "--steps", "40", "--turns", "2"};
        for (String id : List.of("faulty/none", "equal_line/3")) {
            assertThat(run("env", "speed", id, few[0], few[1], few[2], few[3], few[4], few[5]))
                    .isZero();
        }
        String number = " +[0-9]+ steps/s, +[0-9]+\\.[0-9] us of processor time per step";
        String lines = "bridge " + number + "\nrows " + number + ", ratio [0-9]+\\.[0-9]{2}\n";
        assertThat(out.toString()).matches("(" + lines + "){2}");
    }

    @Test
    void anUnknownFamilyIsNotInstalled() {
        assertThat(run("env", "install", "mpi")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'mpe'?");
    }

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
