package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.cfcql.nativecode.LibTorchRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
    @TempDir Path folder;

    @Test
    void exportsWhatTheRuntimeAsksOfAWorkersEnvironment() throws IOException {
        String launcher = Files.readString(Path.of("../../cfcql"));
        LibTorchRuntime.workerEnvironment(1)
                .forEach((name, value) -> assertThat(launcher).contains(name + "=" + value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4m", "7M", "0g", "-1g", "1", "100k", "much", "1g -Xint", "009x"})
    void aHeapThatIsNoSizeOrHoldsNoCommandIsRefusedInOneLine(String heap) throws Exception {
        Ended ended = launch(heap);

        assertThat(ended.printed())
                .isEqualTo(
                        "cfcql: expected CFCQL_HEAP to be a size of at least 8m, for example 1g,"
                                + " found '%s'\n",
                        heap);
        assertThat(ended.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8m", "008M", "512m", "1g", "2G"})
    void otherHeapsReachJava(String heap) throws Exception {
        assertThat(launch(heap).printed()).doesNotContain("CFCQL_HEAP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LC_ALL=C", "LC_ALL=POSIX", "LANG=C", "LC_ALL=C.UTF-8"})
    void namesOfFilesMayHaveAnyLettersWhateverTheLocaleIs(String locale) throws Exception {
        installWithJava("locale charmap");

        assertThat(launchInstalled(locale, "größe")).isEqualTo(new Ended(0, "UTF-8\n"));
    }

    @Test
    void onAMachineWithoutThePlainUtf8LocaleAnotherOneServes() throws Exception {
        installWithJava("echo $LC_ALL");
        installLocales("C\nde_DE.iso88591\nfr_FR.utf8\ntr_TR.UTF-8");

        // The shell warns of a locale that only this test believes in.
        assertThat(launchInstalled("LC_ALL=C", "größe").printed()).endsWith("fr_FR.utf8\n");
    }

    @Test
    void withoutAnyUtf8LocaleNamesBeyondAsciiAreRefusedInOneLineAndOthersServed() throws Exception {
        installWithJava("echo runs");
        installLocales("C\nPOSIX");

        Ended refused = launchInstalled("LC_ALL=C", "größe");
        assertThat(refused.printed())
                .startsWith("cfcql: expected a UTF-8 locale")
                .endsWith("en_US.UTF-8\n")
                .hasLineCount(1);
        assertThat(refused.status()).isEqualTo(3);
        assertThat(launchInstalled("LC_ALL=C", "size")).isEqualTo(new Ended(0, "runs\n"));
    }

    @Test
    void librariesOfAnInstallationThatMayNotBeWrittenAreUnpackedAtHome() throws Exception {
        installWithJava("for word; do case $word in *cachedir=*) echo ${word#*=};; esac; done");
        assertThat(launchInstalled("HOME=/home/of/nobody", "doctor").printed())
                .isEqualTo(folder.resolve(".javacpp") + "\n");
        // A file in its place: also root, who may write everywhere, cannot make the folder.
        Files.delete(folder.resolve(".javacpp"));
        Files.createFile(folder.resolve(".javacpp"));

        assertThat(launchInstalled("HOME=/home/of/nobody", "doctor").printed())
                .isEqualTo("/home/of/nobody/.cache/cfcql\n");
        assertThat(launchInstalled("XDG_CACHE_HOME=/fast", "doctor").printed())
                .isEqualTo("/fast/cfcql\n");
    }

    /** An installation whose Java is a shell script. */
    private void installWithJava(String script) throws IOException {
        Files.createDirectories(folder.resolve("harness/cli/target"));
        Files.createFile(folder.resolve("harness/cli/target/cfcql-cli-1.jar"));
        Files.copy(Path.of("../../cfcql"), folder.resolve("cfcql"));
        program(folder.resolve("jdk/bin/java"), script);
    }

    /** A machine with these locales. */
    private void installLocales(String names) throws IOException {
        program(
                folder.resolve("programs/locale"),
                """
                if [ "$1" = -a ]; then
                    printf '%s\n'
                elif [ "$LC_ALL" = fr_FR.utf8 ]; then
                    echo UTF-8
                else
                    echo ANSI_X3.4-1968
                fi
                """
                        .replace("%s", names.replace("\n", "\\n") + "\\n"));
    }

    private static void program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Ended launchInstalled(String variable, String argument) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(folder.resolve("cfcql").toString(), argument)
                        .redirectErrorStream(true);
        Map<String, String> variables = builder.environment();
        variables
                .keySet()
                .removeIf(name -> name.matches("(LC_|LANG|XDG_CACHE_HOME|JAVA_TOOL_OPTIONS).*"));
        variables.put("PATH", folder.resolve("programs") + ":" + System.getenv("PATH"));
        if (!variable.isEmpty()) {
            variables.put(variable.split("=")[0], variable.split("=")[1]);
        }
        variables.put("JAVA_HOME", folder.resolve("jdk").toString());
        return ended(builder.start());
    }

    /** With a Java that does nothing; where nothing is built yet the launcher says that. */
    private static Ended launch(String heap) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("../../cfcql", "doctor").redirectErrorStream(true);
        builder.environment().put("CFCQL_HEAP", heap);
        builder.environment().put("JAVA_HOME", "/nowhere");
        return ended(builder.start());
    }

    private static Ended ended(Process process) throws Exception {
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), printed);
    }

    private record Ended(int status, String printed) {}
}
