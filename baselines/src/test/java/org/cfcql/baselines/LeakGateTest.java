package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Live native handles after 100 and after 2 000 updates at small shapes (design section 7), in a
 * process of its own: JavaCPP counts handles only where its collector thread runs.
 */
class LeakGateTest {
    private static final int DEADLINE_MINUTES = 5;

    @ParameterizedTest
    @ValueSource(strings = {"bc", "td3-bc", "matd3 critic=independent"})
    void nothingIsLeftBehindByUpdates(String algorithm) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                // A young generation that is never collected: no handle goes by
                                // way of the collector.
                                "-Xmx1500m",
                                "-Xmn1200m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.bytedeco.javacpp.maxBytes=0",
                                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LeakProbe.class.getName()));
        command.addAll(List.of(algorithm.split(" ")));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> readings =
                process.inputReader().lines().filter(line -> line.matches("\\d+ \\d+")).toList();
        assertThat(process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(readings).hasSize(2);
        assertThat(readings.get(0)).as("live handles and bytes").isNotEqualTo("0 0");
        assertThat(readings.get(1)).as("live handles and bytes").isEqualTo(readings.get(0));
    }
}
