package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WithoutLibraryTest {
    @Test
    void processWithoutTheLibrarySaysSoAndRefusesItsKernels() throws Exception {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-D" + NativeKernels.PROPERTY + "=off",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        WithoutLibraryTest.class.getName()))
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output)
                .contains("kernels available false: switched off by -Dcfcql.native=off")
                .contains("refused: switched off by -Dcfcql.native=off");
        assertThat(process.exitValue()).isZero();
    }

    /** The process of the test. */
    public static void main(String[] arguments) {
        RuntimeReport report = LibTorchRuntime.initialise(1);
        System.out.println(
                "kernels available " + report.kernelsAvailable() + ": " + report.kernels());
        try {
            new NativeCriticPenalty(NativeCriticPenalty.Normalisation.BATCH);
        } catch (IllegalStateException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
    }
}
