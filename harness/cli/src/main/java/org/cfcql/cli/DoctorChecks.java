package org.cfcql.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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

    private final Path home;

    DoctorChecks(Path home) {
        this.home = home;
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

    /** One check. */
    interface Check {
        Finding run();
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(this::java);
        checks.add(this::libTorch);
        checks.add(this::kernels);
        checks.add(this::allocator);
        checks.add(this::matrixProducts);
        checks.add(this::accelerator);
        checks.add(this::python);
        checks.add(this::environments);
        checks.add(this::memory);
        checks.add(this::disk);
        checks.add(this::browser);
        return checks;
    }

    private Finding java() {
        String version = System.getProperty("java.vm.name") + " " + Runtime.version();
        return new Finding("java", Level.GOOD, version);
    }

    private Finding libTorch() {
        try {
            RuntimeReport report = LibTorchRuntime.initialise(1);
            return new Finding(
                    "libtorch",
                    Level.GOOD,
                    report.libTorchVersion() + ", " + report.cpuCapability() + ", one thread");
        } catch (UnsatisfiedLinkError | NoClassDefFoundError failure) {
            return new Finding(
                    "libtorch",
                    Level.MISSING,
                    "expected LibTorch for this platform, found none ("
                            + failure.getMessage()
                            + "); run make build");
        }
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
        String version = lastLine("python3", "--version");
        return version == null
                ? new Finding(
                        "python",
                        Level.MISSING,
                        "expected Python 3.11 or newer, found none; install python3 and"
                                + " python3-venv")
                : new Finding("python", Level.GOOD, version);
    }

    private Finding environments() {
        String folder = System.getenv().getOrDefault("CFCQL_VENVS", home.resolve(".venvs") + "");
        Path interpreter = Path.of(folder, "numpy", "bin", "python");
        return Files.isExecutable(interpreter)
                ? new Finding("environments", Level.GOOD, "mpe in " + interpreter)
                : new Finding(
                        "environments",
                        Level.MISSING,
                        "expected the packages of mpe, found none; run ./cfcql env install numpy");
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

    /** Last line a program prints, or null if it cannot be run. */
    private static String lastLine(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(PROCESS_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return null;
            }
            byte[] output = process.getInputStream().readAllBytes();
            return new String(output, StandardCharsets.UTF_8)
                    .strip()
                    .lines()
                    .reduce("", (before, line) -> line);
        } catch (IOException absent) {
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
