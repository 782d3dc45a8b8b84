package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.verify.GoldenVerifier;
import org.cfcql.verify.VerifyResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parity on the cut golden files of this module's algorithms. */
class GoldenParityTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    @ParameterizedTest
    @EnumSource(Precision.class)
    void learnersComputeThePublishedNumbers(Precision precision) {
        GoldenVerifier verifier = new GoldenVerifier(FOLDER, ComputeDevice.CPU);
        List<Path> files = verifier.files();
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .contains(
                        "awac-continuous-central.h5",
                        "implicit-q-learning-continuous-central.h5",
                        "maicq-continuous-central.h5",
                        "td3-bc-continuous-central.h5",
                        "awac-continuous-single-agent.h5",
                        "awac-discrete-code.h5",
                        "bc-discrete-policy.h5",
                        "icql-continuous-halfcheetah.h5",
                        "implicit-q-learning-discrete-code.h5",
                        "icql-discrete-alpha5.h5",
                        "implicit-q-learning-continuous-single-agent.h5",
                        "omar-continuous-halfcheetah.h5",
                        "omar-continuous-mpe.h5",
                        "madtkd-discrete-student.h5",
                        "madtkd-discrete-teacher.h5",
                        "maicq-discrete-code.h5",
                        "omar-discrete-code.h5",
                        "qmix-td.h5",
                        "matd3-continuous-central.h5",
                        "matd3-continuous-independent.h5",
                        "td3-bc-continuous-single-agent.h5");
        for (Path file : files) {
            VerifyResult result = verifier.verify(file, precision);
            assertThat(result.failures()).as(result.file()).isEmpty();
            assertThat(result.status()).isEqualTo(VerifyResult.Status.PASSED);
            assertThat(result.errors().grads()).isPositive();
        }
    }
}
