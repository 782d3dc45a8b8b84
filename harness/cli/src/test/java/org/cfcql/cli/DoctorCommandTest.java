package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.cfcql.cli.DoctorChecks.Check;
import org.cfcql.cli.DoctorChecks.Finding;
import org.cfcql.cli.DoctorChecks.Level;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.MissingDependency;
import org.cfcql.plugin.PluginFolders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

    @TempDir private Path folder;

    @Test
    void everyCheckIsAFindingAndTheExitCodeFollows() throws IOException {
        StringWriter out = new StringWriter();

        int exitCode =
                Main.commandLine().setOut(new PrintWriter(out, true)).execute("doctor", "--json");

        TreeMap<String, String> levels = new TreeMap<>();
        for (JsonNode finding : new ObjectMapper().readTree(out.toString())) {
            levels.put(finding.path("subject").asText(), finding.path("level").asText());
            assertThat(finding.path("text").asText()).isNotBlank();
        }
        assertThat(levels)
                .containsEntry("libtorch", "good")
                .containsKeys("python", "environments", "c++ compiler", "openblas");
        boolean missing = levels.containsValue("missing");
        assertThat(exitCode).isEqualTo(missing ? MissingDependency.EXIT_CODE : 0);
    }

    @Test
    void aLibraryThatDoesNotLoadIsAFinding() {
        Check check =
                new Check(
                        "kernels",
                        () -> {
                            throw new NoClassDefFoundError("org/bytedeco/pytorch/global/torch");
                        });

        Finding finding = check.run();

        assertThat(finding.subject()).isEqualTo("kernels");
        assertThat(finding.level()).isEqualTo(Level.MISSING);
        assertThat(finding.text()).contains("pytorch/global/torch").contains("make build");
    }

    @Test
    void aPythonThatIsTooOldOrFailsIsMissing() throws IOException {
        assertThat(find("python", program("echo Python 3.10.9")).level()).isEqualTo(Level.MISSING);
        assertThat(find("python", program("echo Python 2.7.18")).level()).isEqualTo(Level.MISSING);
        assertThat(find("python", program("echo Python 3.12.1; exit 1")).level())
                .isEqualTo(Level.MISSING);
        assertThat(find("python", "absent").level()).isEqualTo(Level.MISSING);
        assertThat(find("python", program("echo Python 3.11.2")).level()).isEqualTo(Level.GOOD);
    }

    @Test
    void environmentsAreAskedForTheirPackages() throws IOException {
        assertThat(find("environments", "python3").text()).contains("env install numpy");

        Path python = Files.createDirectories(folder.resolve("numpy/bin")).resolve("python");
        Files.copy(Path.of(program("exit 3")), python);
        assertThat(python.toFile().setExecutable(true)).isTrue();
        Finding incomplete = find("environments", "python3");
        assertThat(incomplete.level()).isEqualTo(Level.MISSING);
        assertThat(incomplete.text()).contains("env install numpy");

        Files.writeString(python, "#!/bin/sh\necho '}'\n");
        assertThat(find("environments", "python3").level()).isEqualTo(Level.NOTE);
        Files.writeString(folder.resolve("numpy/.ready"), "");
        assertThat(find("environments", "python3").level()).isEqualTo(Level.GOOD);
    }

    private Finding find(String subject, String python) {
        return new DoctorChecks(new Bridges(HOME, folder, python, new PluginFolders(List.of())))
                .all().stream()
                        .filter(check -> check.subject().equals(subject))
                        .findFirst()
                        .orElseThrow()
                        .run();
    }

    private String program(String line) throws IOException {
        Path file = Files.createTempFile(folder, "program", ".sh");
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }
}
