package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cfcql.error.HarnessBug;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.cfcql.verify.ComputePath;
import org.cfcql.verify.GoldenVerifier;
import org.cfcql.verify.Tolerances;
import org.cfcql.verify.VerifyResult;
import org.cfcql.verify.VerifyResult.Status;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Golden conformance of the learners. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Runs every .h5 file below a folder in float64 and in float32 and compares each stored",
            "number. Exit code 0 only if none failed and at least one passed."
        },
        footer = {"", "Example: cfcql verify golden/continuous"})
final class VerifyCommand implements Callable<Integer> {
    private static final int FAILURES_SHOWN = 5;

    @Parameters(paramLabel = "DIR", description = "Folder of golden files.")
    private Path folder;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu or cuda:N.")
    private String device;

    @Option(
            names = "--kernels",
            description = "on or off (LibTorch oracles); default: on in float32, off in float64.")
    private Kernels kernels;

    @Option(
            names = "--sequences",
            description = "packed or padded; default: packed in float32, padded in float64.")
    private TimeSlots.Layout sequences;

    @Option(names = "--json", description = "One JSON object per file and precision, then counts.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        ComputePath path =
                new ComputePath(Optional.ofNullable(kernels), Optional.ofNullable(sequences));
        if (kernels == Kernels.ON) {
            Wiring.reportMissingKernels(spec.commandLine().getErr());
        }
        GoldenVerifier verifier = new GoldenVerifier(folder, Wiring.computeDevice(device), path);
        List<Path> files = verifier.files();
        Counts perRun = new Counts();
        Counts perFile = new Counts();
        for (Path file : files) {
            List<VerifyResult> results = new ArrayList<>();
            for (Precision precision : List.of(Precision.FLOAT64, Precision.FLOAT32)) {
                VerifyResult result = verifier.verify(file, precision);
                results.add(result);
                perRun.add(result.status());
                if (json) {
                    print(fields(result));
                }
            }
            perFile.add(worst(results));
            if (!json) {
                show(results);
            }
        }
        summarise(perFile, perRun);
        return perFile.failed == 0 && perFile.passed > 0 ? 0 : 1;
    }

    private void summarise(Counts perFile, Counts perRun) {
        if (json) {
            Map<String, Object> counts = perRun.fields();
            counts.put("files", perFile.fields());
            print(counts);
        } else {
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%d passed, %d failed, %d no implementation%n",
                            perFile.passed,
                            perFile.failed,
                            perFile.noImplementation);
        }
        spec.commandLine().getOut().flush();
    }

    /** A file passes if it does so in both precisions. */
    private static Status worst(List<VerifyResult> results) {
        List<Status> statuses = results.stream().map(VerifyResult::status).toList();
        if (statuses.contains(Status.FAILED)) {
            return Status.FAILED;
        }
        return statuses.contains(Status.NO_IMPLEMENTATION)
                ? Status.NO_IMPLEMENTATION
                : Status.PASSED;
    }

    private void show(List<VerifyResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        StringBuilder line = new StringBuilder();
        line.append("%-52s %-17s".formatted(results.get(0).file(), words(worst(results))));
        for (VerifyResult result : results) {
            if (result.status() != Status.NO_IMPLEMENTATION) {
                Tolerances errors = result.errors();
                line.append(
                        String.format(
                                Locale.ROOT,
                                " %s: values %.1e grads %.1e after %.1e",
                                dtype(result),
                                errors.values(),
                                errors.grads(),
                                errors.after()));
                if (result.excused() > 0) {
                    line.append(" (%d excused)".formatted(result.excused()));
                }
            }
        }
        out.println(line);
        for (VerifyResult result : results) {
            List<String> failures = result.failures();
            failures.stream()
                    .limit(FAILURES_SHOWN)
                    .forEach(failure -> out.println("    " + dtype(result) + " " + failure));
            if (failures.size() > FAILURES_SHOWN) {
                out.printf(Locale.ROOT, "    and %d more%n", failures.size() - FAILURES_SHOWN);
            }
        }
        out.flush();
    }

    private static String words(Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String dtype(VerifyResult result) {
        return result.precision().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> fields(VerifyResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", result.file());
        fields.put("algorithm", result.algorithm());
        fields.put("variant", result.variant());
        fields.put("dtype", dtype(result));
        fields.put("status", result.status().name().toLowerCase(Locale.ROOT));
        fields.put("errors", numbers(result.errors()));
        fields.put("tolerances", numbers(result.tolerances()));
        fields.put("worst", result.worst());
        fields.put("excused", result.excused());
        fields.put("failures", result.failures());
        return fields;
    }

    private static Map<String, Double> numbers(Tolerances tolerances) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("values", finite(tolerances.values()));
        numbers.put("grads", finite(tolerances.grads()));
        numbers.put("after", finite(tolerances.after()));
        return numbers;
    }

    /** JSON knows no NaN: null, and the failure says so by name. */
    private static Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    private void print(Map<String, Object> line) {
        try {
            spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(line));
        } catch (JsonProcessingException broken) {
            throw new HarnessBug("a result of verify cannot be written as JSON", broken);
        }
    }

    /** How many had which outcome. */
    private static final class Counts {
        private int passed;
        private int failed;
        private int noImplementation;

        void add(Status status) {
            switch (status) {
                case PASSED -> passed++;
                case FAILED -> failed++;
                case NO_IMPLEMENTATION -> noImplementation++;
            }
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("passed", passed);
            fields.put("failed", failed);
            fields.put("no_implementation", noImplementation);
            return fields;
        }
    }
}
