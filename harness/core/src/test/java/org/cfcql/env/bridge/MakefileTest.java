package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Make and the harness share the virtual environments, so they must look for them alike. */
class MakefileTest {
    private static final Path HOME = RealBridges.open().home();

    @Test
    void withoutVariablesBothUseTheCheckout() throws Exception {
        assertAlike(Map.of());
    }

    @Test
    void theVariablesMoveBoth() throws Exception {
        assertAlike(Map.of("CFCQL_VENVS", "/elsewhere/venvs", "CFCQL_PYTHON", "python3.99"));
    }

    @Test
    void bothTakeAnEnvironmentForReadyByTheSameFile() throws Exception {
        Bridges bridges = Bridges.at(HOME, Map.of("CFCQL_VENVS", "/nowhere"));
        List<String> plan = make(Map.of("CFCQL_VENVS", "/nowhere"), "-n", "/nowhere/smax/.ready");
        Path lock = HOME.relativize(bridges.lock("smax"));
        assertThat(plan).containsExactly("python3 tools/make_venv.py /nowhere/smax " + lock);
    }

    private static void assertAlike(Map<String, String> variables) throws Exception {
        Bridges bridges = Bridges.at(HOME, variables);
        assertThat(make(variables, "where"))
                .containsExactly(bridges.venvs().toString(), bridges.basePython());
    }

    private static List<String> make(Map<String, String> variables, String... words)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder("make", "-s", "-C", HOME.toString());
        builder.command().addAll(List.of(words));
        // What this test itself runs under must not show.
        builder.environment()
                .keySet()
                .removeIf(name -> name.matches("CFCQL_.*|VENVS|PYTHON|MAKE.*|MFLAGS"));
        builder.environment().putAll(variables);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        assertThat(process.waitFor()).isZero();
        return lines;
    }
}
