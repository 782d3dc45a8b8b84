package org.cfcql.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.Stopping;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;

/**
 * Verifies golden files.
 *
 * @param folder where the files are
 * @param device where the learners compute
 * @param path which way of computing
 */
public record GoldenVerifier(Path folder, ComputeDevice device, ComputePath path) {
    /** The default way of computing. */
    public GoldenVerifier(Path folder, ComputeDevice device) {
        this(folder, device, ComputePath.DEFAULT);
    }

    /**
     * All {@code .h5} files below the folder, sorted.
     *
     * @throws UserError if there is no such folder
     */
    public List<Path> files() {
        if (!Files.isDirectory(folder)) {
            throw new UserError(
                    "expected a folder of golden files, found none at "
                            + folder
                            + "; name one, for example golden/continuous");
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> path.toString().endsWith(".h5")).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot list " + folder, unreadable);
        }
    }

    /** One file in one precision; every fault of file or learner becomes a failed result. */
    public VerifyResult verify(Path stored, Precision precision) {
        OrderlyEnd.safePlace();
        String name = folder.relativize(stored).toString();
        GoldenFile file;
        try {
            file = GoldenFile.read(stored);
        } catch (UserError unreadable) {
            return failed(name, "", "", precision, unreadable.getMessage());
        } catch (RuntimeException damaged) {
            // The HDF5 reader trusts what it reads: damage can surface as any exception.
            return failed(name, "", "", precision, "cannot be read: " + damaged);
        }
        return verify(name, file, precision);
    }

    /** As above, for a file in memory. */
    VerifyResult verify(String name, GoldenFile file, Precision precision) {
        if (file.format() != GoldenFile.KNOWN_FORMAT) {
            return failed(
                    name,
                    file.algorithm(),
                    file.variant(),
                    precision,
                    "format: expected " + GoldenFile.KNOWN_FORMAT + ", found " + file.format());
        }
        if (file.steps() < 1) {
            return failed(
                    name,
                    file.algorithm(),
                    file.variant(),
                    precision,
                    "steps: expected at least one update, found " + file.steps());
        }
        Tolerances tolerances = Tolerances.of(precision, file.discrete());
        Optional<Algorithm> algorithm = implementation(file);
        if (algorithm.isEmpty()) {
            return new VerifyResult(
                    name,
                    file.algorithm(),
                    file.variant(),
                    precision,
                    VerifyResult.Status.NO_IMPLEMENTATION,
                    new Tolerances(0, 0, 0),
                    tolerances,
                    "",
                    0,
                    List.of());
        }
        return run(name, file, algorithm.get(), precision, tolerances);
    }

    private VerifyResult run(
            String name,
            GoldenFile file,
            Algorithm algorithm,
            Precision precision,
            Tolerances tolerances) {
        GoldenComparison comparison =
                new GoldenComparison(tolerances, file.config().path("lr").asDouble());
        TensorFactory tensors = new TensorFactory(device, precision);
        try {
            new GoldenRun(file, tensors, path).compare(algorithm, comparison);
        } catch (GoldenMismatch mismatch) {
            comparison.fail("run", mismatch.getMessage());
        } catch (Stopping asked) {
            throw asked;
        } catch (CfcqlException refused) {
            comparison.fail("run", refused.getMessage());
        } catch (RuntimeException fault) {
            // What LibTorch throws for wrong shapes, and bugs of a learner: the file fails.
            // Its stack of C++ frames follows on further lines.
            comparison.fail("run", String.valueOf(fault).lines().findFirst().orElse(""));
        }
        return new VerifyResult(
                name,
                file.algorithm(),
                file.variant(),
                precision,
                comparison.failures().isEmpty()
                        ? VerifyResult.Status.PASSED
                        : VerifyResult.Status.FAILED,
                comparison.errors(),
                tolerances,
                comparison.worst(),
                comparison.excused(),
                comparison.failures());
    }

    private static Optional<Algorithm> implementation(GoldenFile file) {
        Branch branch = file.discrete() ? Branch.DISCRETE : Branch.CONTINUOUS;
        return Algorithms.lookUp(file.algorithmId())
                .filter(algorithm -> algorithm.capabilities().branches().contains(branch));
    }

    private static VerifyResult failed(
            String name, String algorithm, String variant, Precision precision, String reason) {
        return new VerifyResult(
                name,
                algorithm,
                variant,
                precision,
                VerifyResult.Status.FAILED,
                new Tolerances(0, 0, 0),
                Tolerances.of(precision, false),
                "",
                0,
                List.of(reason));
    }
}
