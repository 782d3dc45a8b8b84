package org.cfcql.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.WorkerProgram;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.nativecode.CacheNotLocked;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.nativecode.RuntimeReport;

/** The single checks of {@link DoctorCommand}, in the order they are printed. */
final class DoctorChecks {
    private static final long GIBIBYTE = 1L << 30;
    private static final long WANTED_DISK_BYTES = 5 * GIBIBYTE;
    private static final long WANTED_MEMORY_BYTES = 3 * GIBIBYTE;
    private static final int PRODUCT_SIZE = 512;
    private static final int PRODUCT_REPETITIONS = 40;
    private static final long PROCESS_TIMEOUT_S = 20;

    /** What the main job needs: the particle environments and their virtual environment. */
    private static final String FAMILY = "mpe";

    private static final String VENV = "numpy";

    private static final Pattern PYTHON = Pattern.compile("Python (\\d{1,3})\\.(\\d{1,3}).*");

    private final Bridges bridges;

    DoctorChecks(Bridges bridges) {
        this.bridges = bridges;
    }

    /** How bad a finding is. */
    enum Level {
        /** Works. */
        GOOD,
        /** Works, but slower or without something optional. */
        NOTE,
        /** The main job does not work without it. */
        MISSING
    }

    /** One line of the doctor. */
    record Finding(String subject, Level level, String text) {}

    /**
     * One check.
     *
     * @param subject what it is about
     * @param finding looks
     */
    record Check(String subject, Supplier<Finding> finding) {
        /** What was found; libraries that do not load are a finding too. */
        Finding run() {
            try {
                return finding.get();
            } catch (CacheNotLocked unguarded) {
                return new Finding(subject, Level.MISSING, unguarded.getMessage());
            } catch (LinkageError absent) {
                String reason =
                        String.valueOf(absent.getMessage()).lines().findFirst().orElse("unknown");
                return new Finding(
                        subject,
                        Level.MISSING,
                        "expected LibTorch for this platform, found none ("
                                + reason
                                + "); run make build");
            }
        }
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("java", this::java));
        checks.add(new Check("libtorch", this::libTorch));
        checks.add(new Check("kernels", this::kernels));
        checks.add(new Check("allocator", this::allocator));
        checks.add(new Check("openblas", this::openBlas));
        checks.add(new Check("matrix products", this::matrixProducts));
        checks.add(new Check("accelerator", this::accelerator));
        checks.add(new Check("python", this::python));
        checks.add(new Check("environments", this::environments));
        checks.add(new Check("c++ compiler", this::compiler));
        checks.add(new Check("memory", this::memory));
        checks.add(new Check("disk", this::disk));
        checks.add(new Check("chromium", this::browser));
        return checks;
    }

    private Finding java() {
        String version = System.getProperty("java.vm.name") + " " + Runtime.version();
        return new Finding("java", Level.GOOD, version);
    }

    private Finding libTorch() {
        RuntimeReport report = LibTorchRuntime.initialise(1);
        return new Finding(
                "libtorch",
                Level.GOOD,
                report.libTorchVersion() + ", " + report.cpuCapability() + ", one thread");
    }

    private Finding kernels() {
        RuntimeReport report = LibTorchRuntime.initialise(1);
        return report.kernelsAvailable()
                ? new Finding("kernels", Level.GOOD, report.kernels())
                : new Finding("kernels", Level.NOTE, "LibTorch path: " + report.kernels());
    }

    private Finding allocator() {
        RuntimeReport report = LibTorchRuntime.initialise(1);
        Level level = report.allocator().equals("set") ? Level.GOOD : Level.NOTE;
        return new Finding("allocator", level, report.allocator() + ", arena " + report.arena());
    }

    private Finding openBlas() {
        String core = LibTorchRuntime.initialise(1).openBlasCore();
        String forced = System.getenv("OPENBLAS_CORETYPE");
        return forced == null
                ? new Finding("openblas", Level.GOOD, "kernels for " + core)
                : new Finding(
                        "openblas",
                        Level.NOTE,
                        "OPENBLAS_CORETYPE=" + forced + " slows LibTorch's products; unset it");
    }

    /** Speed of a matrix product and how much it varies: what timings here are worth. */
    private Finding matrixProducts() {
        double fastestMs = Double.MAX_VALUE;
        double slowestMs = 0;
        try (PointerScope scope = new PointerScope()) {
            Tensor left = torch.ones(PRODUCT_SIZE, PRODUCT_SIZE);
            Tensor right = torch.ones(PRODUCT_SIZE, PRODUCT_SIZE);
            Tensor out = torch.ones(PRODUCT_SIZE, PRODUCT_SIZE);
            torch.mm_out(out, left, right);
            for (int index = 0; index < PRODUCT_REPETITIONS; index++) {
                long startedNs = System.nanoTime();
                torch.mm_out(out, left, right);
                double elapsedMs = (System.nanoTime() - startedNs) / 1e6;
                fastestMs = Math.min(fastestMs, elapsedMs);
                slowestMs = Math.max(slowestMs, elapsedMs);
            }
        }
        double gflops = 2.0 * Math.pow(PRODUCT_SIZE, 3) / fastestMs / 1e6;
        String text =
                String.format(
                        Locale.ROOT,
                        "%.0f Gflop/s on one core; slowest of %d products %.1f times the fastest",
                        gflops,
                        PRODUCT_REPETITIONS,
                        slowestMs / fastestMs);
        return new Finding("matrix products", Level.GOOD, text);
    }

    private Finding accelerator() {
        boolean cuda = torch.hasCUDA() && torch.cuda_is_available();
        return new Finding("accelerator", Level.GOOD, cuda ? "CUDA" : "none; --device cpu");
    }

    private Finding python() {
        String version = lastLine(bridges.basePython(), "--version");
        Matcher matcher = PYTHON.matcher(version == null ? "" : version);
        boolean recent =
                matcher.matches()
                        && (Integer.parseInt(matcher.group(1)) > 3
                                || (Integer.parseInt(matcher.group(1)) == 3
                                        && Integer.parseInt(matcher.group(2)) >= 11));
        return recent
                ? new Finding("python", Level.GOOD, version + " as " + bridges.basePython())
                : new Finding(
                        "python",
                        Level.MISSING,
                        "expected Python 3.11 or newer as '"
                                + bridges.basePython()
                                + "', found "
                                + (version == null ? "none" : version)
                                + "; install python3 and python3-venv or set CFCQL_PYTHON");
    }

    /** The worker itself tells whether each package is there in the version of the lock file. */
    private Finding environments() {
        String install = "; run ./" + bridges.installCommand(VENV);
        WorkerProgram worker;
        try {
            worker = bridges.worker(VENV);
        } catch (MissingDependency absent) {
            return new Finding("environments", Level.MISSING, absent.getMessage());
        }
        List<String> command = worker.module("--check-json", FAMILY);
        if (lastLine(worker.variables(), command) == null) {
            return new Finding(
                    "environments",
                    Level.MISSING,
                    "expected the packages of " + FAMILY + ", found some missing" + install);
        }
        return bridges.upToDate(VENV)
                ? new Finding("environments", Level.GOOD, FAMILY + " in " + worker.python())
                : new Finding(
                        "environments",
                        Level.NOTE,
                        FAMILY + " is there, but was not installed from today's lock" + install);
    }

    private Finding compiler() {
        String name = System.getenv().getOrDefault("CXX", "c++");
        String found = lastLine(name, "-dumpversion");
        return found == null
                ? new Finding(
                        "c++ compiler",
                        Level.NOTE,
                        "none as '" + name + "'; only make build needs one, for the kernels")
                : new Finding("c++ compiler", Level.GOOD, name + " " + found);
    }

    private Finding memory() {
        long bytes = Pointer.totalPhysicalBytes();
        Level level = bytes >= WANTED_MEMORY_BYTES ? Level.GOOD : Level.NOTE;
        return new Finding("memory", level, bytes / GIBIBYTE + " GiB; a worker takes about 1");
    }

    private Finding disk() {
        try {
            FileStore store = Files.getFileStore(Path.of("."));
            long free = store.getUsableSpace();
            return free >= WANTED_DISK_BYTES
                    ? new Finding("disk", Level.GOOD, free / GIBIBYTE + " GiB free here")
                    : new Finding(
                            "disk",
                            Level.NOTE,
                            "expected 5 GiB free here, found "
                                    + free / GIBIBYTE
                                    + "; a data set of a million transitions takes about 1");
        } catch (IOException failure) {
            return new Finding("disk", Level.NOTE, "cannot be read: " + failure.getMessage());
        }
    }

    private Finding browser() {
        String version = lastLine("chromium", "--version");
        return version == null
                ? new Finding(
                        "chromium", Level.NOTE, "none; only the report's browser test needs it")
                : new Finding("chromium", Level.GOOD, version);
    }

    private static String lastLine(String... command) {
        return lastLine(Map.of(), List.of(command));
    }

    /** Last line a program prints, or null if it cannot be run or does not end with status 0. */
    private static String lastLine(Map<String, String> variables, List<String> command) {
        OrderlyEnd.safePlace();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(variables);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PROCESS_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return null;
            }
            byte[] output = process.getInputStream().readAllBytes();
            String last =
                    new String(output, StandardCharsets.UTF_8)
                            .strip()
                            .lines()
                            .reduce("", (before, line) -> line);
            return process.exitValue() == 0 ? last : null;
        } catch (IOException absent) {
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
