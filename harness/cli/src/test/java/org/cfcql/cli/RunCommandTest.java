package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.Preflight;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.folder.RunFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands around a run folder: what they print, their exit codes, what they leave alone. */
@ExtendWith(CheckoutHome.class)
class RunCommandTest {
    private static final String CELL = "bc__mpe-simple_spread__noise__s0__equal";

    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path data;
    private Path experiment;
    private Path run;

    /** Ways to make a run impossible. */
    enum Damage {
        NAN,
        TRUNCATED,
        NEWER_CARD,
        NO_DATA,
        NO_DEVICE,
        UNKNOWN_KEY,
        UNKNOWN_ALGORITHM,
        OTHER_BUDGET
    }

    @BeforeAll
    static void setUp() {
        LibTorchRuntime.initialise(1);
    }

    @BeforeEach
    void aPreparedRun() throws IOException {
        experiment = SmallData.writeTrial(folder);
        data = folder.resolve(SmallData.NAME);
        run = folder.resolve("run");
        Experiment read = ExperimentReader.read(experiment, List.of());
        new RunFolder(run).prepare(read, Preflight.plan(read, Wiring.services()));
    }

    @ParameterizedTest
    @CsvSource({
        "NAN, 2, found NaN",
        "TRUNCATED, 2, observations.npy",
        "NEWER_CARD, 2, found schema 999; update cfcql",
        "NO_DATA, 2, absent: expected a data set",
        "NO_DEVICE, 3, expected device cuda:99",
        "UNKNOWN_KEY, 2, did you mean 'rounds'",
        "UNKNOWN_ALGORITHM, 2, did you mean 'bc'",
        "OTHER_BUDGET, 2, budget.rounds: 20 -> 21"
    })
    void whatCannotRunIsRefusedInOneLineAndTheFolderStaysAsItWas(
            Damage damage, int code, String found) throws IOException {
        SortedMap<String, String> untouched = content(run);
        List<String> arguments = new ArrayList<>(List.of("run", experiment.toString()));
        switch (damage) {
            case NAN -> poke(data.resolve("observations.npy"), 0, 0, 0xC0, 0x7F);
            case TRUNCATED -> cut(data.resolve("observations.npy"));
            case NEWER_CARD -> raiseSchema(data.resolve("card.json"));
            case NO_DATA -> arguments.addAll(List.of("--set", "datasets=[absent]"));
            case NO_DEVICE -> arguments.addAll(List.of("--device", "cuda:99"));
            case UNKNOWN_KEY -> arguments.addAll(List.of("--set", "budget.ronds=5"));
            case UNKNOWN_ALGORITHM -> arguments.addAll(List.of("--set", "algorithms={bd: {}}"));
            case OTHER_BUDGET -> arguments.addAll(List.of("--set", "budget.rounds=21"));
        }
        arguments.addAll(List.of("--out", run.toString()));
        if (damage == Damage.OTHER_BUDGET) {
            // Comes after the check for the Python packages.
            Ended ended = process(List.of(), venvs("exit 1"), arguments);
            assertOneLine(ended.output(), ended.code(), code, found);
            Files.delete(run.resolve("lock"));
        } else {
            int actual = execute(arguments.toArray(String[]::new));
            assertThat(out.toString()).isEmpty();
            assertOneLine(err.toString(), actual, code, found);
        }
        assertThat(content(run)).isEqualTo(untouched);
    }

    @Test
    void withoutThePythonPackagesTheCommandThatInstallsThemIsNamed() throws Exception {
        SortedMap<String, String> untouched = content(run);
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Ended ended = process(List.of(), empty, List.of("run", experiment.toString()));
        assertOneLine(ended.output(), ended.code(), 3, "run: cfcql env install numpy");
        assertThat(content(run)).isEqualTo(untouched);
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    /** A limit of nothing on the size of files: every write fails as on a full disk. */
    @Test
    void aDiskThatTakesNothingMoreEndsWithSixAndLeavesTheFolderAsItWas() throws Exception {
        SortedMap<String, String> untouched = content(run);
        List<String> limited = List.of("bash", "-c", "ulimit -f 0; exec \"$@\"", "bash");
        Ended ended =
                process(
                        limited,
                        venvs("exit 1"),
                        List.of("run", experiment.toString(), "--out", run.toString()));
        assertOneLine(ended.output(), ended.code(), 6, "make room or mend the folder");
        Files.delete(run.resolve("lock"));
        assertThat(content(run)).isEqualTo(untouched);
    }

    @Test
    void aDryRunPrintsItsCellsAsJsonAndWritesNothing() throws IOException {
        Path absent = folder.resolve("absent");
        int code =
                execute(
                        "run",
                        experiment.toString(),
                        "--dry-run",
                        "--json",
                        "--out",
                        absent.toString());
        assertThat(code).as(err.toString()).isZero();
        JsonNode printed = new ObjectMapper().readTree(out.toString());
        assertThat(printed.path("cells").findValuesAsText("cell")).containsExactly(CELL);
        assertThat(printed.path("cells").get(0).path("done").asBoolean(true)).isFalse();
        assertThat(printed.path("measuredOn").asText()).isEqualTo("cpu");
        assertThat(printed.path("seconds").isNumber()).isTrue();
        assertThat(absent).doesNotExist();
    }

    @Test
    void aJobArrayForADeviceThatIsElsewhereIsReckonedOnTheProcessor() throws IOException {
        SortedMap<String, String> untouched = content(run);
        int code =
                execute(
                        "run",
                        experiment.toString(),
                        "--dry-run",
                        "--executor",
                        "slurm",
                        "--device",
                        "cuda:99",
                        "--out",
                        run.toString());
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("on the processor, because there is no cuda:99 here");
        assertThat(content(run)).isEqualTo(untouched);
    }

    @Test
    void statusListsTheCellsAsTextAndAsJson() throws IOException {
        assertThat(execute("status", run.toString())).isZero();
        assertThat(out.toString()).contains(CELL).contains("0 of 20").contains("1 waiting");
        out.getBuffer().setLength(0);
        assertThat(execute("status", run.toString(), "--json")).isZero();
        JsonNode cell = new ObjectMapper().readTree(out.toString()).path("cells").get(0);
        assertThat(cell.path("cell").asText()).isEqualTo(CELL);
        assertThat(cell.path("state").asText()).isEqualTo("waiting");
        assertThat(cell.path("repeatedEpisodes").asInt(-1)).isZero();
        assertThat(cell.path("score").isNull()).isTrue();
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "status FOLDER/absent",
        "eval FOLDER/absent",
        "export FOLDER/absent --out FOLDER/x"
    })
    void whatIsNotThereIsAWrongCall(String line) {
        int code = execute(line.replace("FOLDER", folder.toString()).split(" "));
        assertOneLine(err.toString(), code, 2, "absent");
        assertThat(folder.resolve("absent")).doesNotExist();
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void aWorkerWithAWrongCellOrFolderWritesNothing() throws IOException {
        SortedMap<String, String> untouched = content(run);
        int unknown = execute("worker", "--run", run.toString(), "--cell", "bc__nowhere");
        assertOneLine(err.toString(), unknown, 2, "bc__nowhere");
        assertThat(content(run)).isEqualTo(untouched);
        err.getBuffer().setLength(0);
        String absent = folder.resolve("absent").toString();
        int missing = execute("worker", "--run", absent, "--cell", CELL);
        assertOneLine(err.toString(), missing, 2, "absent");
        assertThat(folder.resolve("absent")).doesNotExist();
    }

    @Test
    void anExportReplacesNothingUnasked() throws IOException {
        Path target = Files.writeString(folder.resolve("policy.safetensors"), "dear");
        int code = execute("export", run.toString(), "--out", target.toString());
        assertOneLine(err.toString(), code, 2, "add --force");
        assertThat(target).hasContent("dear");
    }

    private record Ended(int code, String output) {}

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private static void assertOneLine(String text, int actual, int code, String found) {
        assertThat(actual).as(text).isEqualTo(code);
        assertThat(text.lines()).hasSize(1);
        assertThat(text).startsWith("cfcql: ").contains("expected").contains(found);
    }

    /** A process of its own, for what only its surroundings can change. */
    private Ended process(List<String> prefix, Path venvs, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:-UsePerfData",
                        "-Dcfcql.home=" + CheckoutHome.PATH,
                        "-Dorg.bytedeco.javacpp.nopointergc=true"));
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        if (cache != null) {
            // Filled by this process, so that the other one need not write there.
            command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.cfcql.cli.Main"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CFCQL_VENVS", venvs.toString());
        builder.directory(folder.toFile());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Ended(process.waitFor(), output);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            throw new IOException(interrupted);
        }
    }

    /** Environments that look installed. */
    private Path venvs(String script) throws IOException {
        Path python = folder.resolve("venvs/numpy/bin/python");
        Files.createDirectories(python.getParent());
        Files.writeString(python, "#!/bin/sh\n" + script + "\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        return folder.resolve("venvs");
    }

    private static void poke(Path file, int... octets) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(access.length() - octets.length);
            for (int octet : octets) {
                access.write(octet);
            }
        }
    }

    private static void cut(Path file) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(access.length() - 4);
        }
    }

    private static void raiseSchema(Path card) throws IOException {
        String text = Files.readString(card);
        String raised = text.replaceFirst("\"schema\"\\s*:\\s*\\d+", "\"schema\": 999");
        assertThat(raised).isNotEqualTo(text);
        Files.writeString(card, raised);
    }

    private static SortedMap<String, String> content(Path root) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(
                        root.relativize(file).toString(),
                        HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return files;
    }
}
