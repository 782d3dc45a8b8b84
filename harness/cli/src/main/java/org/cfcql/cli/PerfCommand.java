package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.UserError;
import org.cfcql.nn.TimeSlots;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.Clock;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MatrixProduct;
import org.cfcql.perf.Measurement;
import org.cfcql.perf.PerfCase;
import org.cfcql.perf.PerfRunner;
import org.cfcql.perf.Soak;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cfcql perf}: the time of a round beside the arithmetic it cannot avoid. */
@Command(
        name = "perf",
        description = {
            "Times gradient steps (continuous branch: rounds of one full and four critic updates),",
            "per phase, on one thread, beside the arithmetic they cannot avoid, measured in the",
            "same process."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: cfcql perf cfcql-discrete/2s3z --explain"})
final class PerfCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CASE", description = "ALGORITHM-BRANCH/TASK; all if none is given.")
    private List<String> names = List.of();

    @Option(
            names = "--rounds",
            defaultValue = "31",
            description = "Rounds or steps to time (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--kernels", defaultValue = "on", description = "on or off (LibTorch oracles).")
    private Kernels kernels;

    @Option(
            names = "--sequences",
            defaultValue = "packed",
            description = "packed or padded; discrete cases only.")
    private TimeSlots.Layout sequences;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu or cuda:N.")
    private String device;

    @Option(
            names = "--clock",
            defaultValue = "wall",
            description = {
                "wall, or cpu: the time a processor worked for the thread, for machines that",
                "others use meanwhile."
            })
    private Clock clock;

    @Option(names = "--explain", description = "Lists the unavoidable matrix products.")
    private boolean explain;

    @Option(names = "--soak", description = "Watches memory over many updates instead of timing.")
    private boolean soak;

    @Option(names = "--json", description = "One JSON object per case on standard output.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (rounds < 1) {
            throw new UserError(
                    "expected --rounds to be at least 1, found " + rounds + "; raise it");
        }
        Compute compute = new Compute(Wiring.computeDevice(device), Precision.FLOAT32, kernels);
        List<PerfCase> cases =
                names.isEmpty() ? PerfCase.all() : names.stream().map(PerfCase::find).toList();
        cases = cases.stream().map(this::inLayout).toList();
        if (kernels == Kernels.ON) {
            Wiring.reportMissingKernels(spec.commandLine().getErr());
        }
        boolean allSteady = true;
        for (PerfCase perfCase : cases) {
            if (explain) {
                explain(perfCase.floor());
            }
            try (PerfRunner runner = new PerfRunner(perfCase, compute, clock)) {
                if (soak) {
                    allSteady &= report(perfCase, new Soak(runner).run());
                } else {
                    report(runner.measure(rounds));
                }
            }
        }
        return allSteady ? 0 : 1;
    }

    private PerfCase inLayout(PerfCase perfCase) {
        return perfCase.task() instanceof DiscreteSizes
                ? perfCase.with("sequences", sequences.name().toLowerCase(Locale.ROOT))
                : perfCase;
    }

    private void explain(ArithmeticFloor floor) {
        PrintWriter out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        // Products of one time slot each: one line for all slots.
        Map<String, List<MatrixProduct>> byPurpose =
                floor.products().stream()
                        .collect(
                                Collectors.groupingBy(
                                        MatrixProduct::purpose,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        byPurpose.values().forEach(products -> out.println(line(products)));
        out.printf(
                Locale.ROOT,
                "  together %.2f Gflop and %d exponentials%n",
                floor.flops() / 1e9,
                floor.exponentials());
    }

    private static String line(List<MatrixProduct> products) {
        MatrixProduct first = products.get(0);
        MatrixProduct last = products.get(products.size() - 1);
        String rows =
                products.size() == 1
                        ? Integer.toString(first.rows())
                        : first.rows() + " to " + last.rows();
        return String.format(
                Locale.ROOT,
                "  %-28s %d x [%s,%d][%d,%d] x %d = %.3f Gflop",
                first.purpose(),
                first.replicas(),
                rows,
                first.inner(),
                first.inner(),
                first.columns(),
                products.stream().mapToInt(MatrixProduct::repeats).sum(),
                products.stream().mapToDouble(MatrixProduct::flops).sum() / 1e9);
    }

    private void report(Measurement measurement) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("case", measurement.name());
            line.put("threads", measurement.threads());
            line.put("ms_median", measurement.msMedian());
            line.put("ms_min", measurement.msMin());
            // An algorithm that does not say what it cannot avoid has no floor.
            if (measurement.floorMs() > 0) {
                line.put("floor_ms", measurement.floorMs());
                line.put("ratio", measurement.ratio());
                line.put("gflops", measurement.gflops());
            }
            line.put("phases", measurement.phases());
            print(line);
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%-40s %8.2f ms median %8.2f ms min, ",
                measurement.name(),
                measurement.msMedian(),
                measurement.msMin());
        if (measurement.floorMs() > 0) {
            out.printf(
                    Locale.ROOT,
                    "floor %7.2f ms, ratio %5.2f, %6.1f Gflop/s%n",
                    measurement.floorMs(),
                    measurement.ratio(),
                    measurement.gflops());
        } else {
            out.println("floor not known");
        }
        measurement
                .phases()
                .forEach((phase, ms) -> out.printf(Locale.ROOT, "    %-36s %8.2f ms%n", phase, ms));
        out.flush();
    }

    private boolean report(PerfCase perfCase, Soak.Outcome outcome) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("case", perfCase.name());
            line.put("rounds", outcome.rounds());
            line.put("rss_anon_before_bytes", outcome.beforeBytes());
            line.put("rss_anon_after_bytes", outcome.afterBytes());
            line.put("steady", outcome.steady());
            print(line);
        } else {
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%-40s private memory %d MiB, after %d rounds %d MiB: %s%n",
                            perfCase.name(),
                            outcome.beforeBytes() >> 20,
                            outcome.rounds(),
                            outcome.afterBytes() >> 20,
                            outcome.steady() ? "steady" : "GROWS by more than 2 %");
        }
        return outcome.steady();
    }

    private void print(Map<String, Object> line) {
        try {
            spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(line));
            spec.commandLine().getOut().flush();
        } catch (JsonProcessingException impossible) {
            throw new HarnessBug("numbers cannot be written as JSON", impossible);
        }
    }
}
