package org.cfcql.cfcql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Native memory after 100 and after 2 000 updates at small shapes (design section 7).
 *
 * <p>In a process of its own, because JavaCPP counts live handles only while its collector thread
 * runs, which all other processes of ours switch off. Handles must be equal exactly: every tensor
 * made in Java has one. What only C++ could hold (a graph that is kept, a gradient) shows in the
 * bytes of the C allocator, which the compiler of the Java machine shares, so they get a bound: a
 * single kept scalar per update would pass it.
 */
class LeakGateTest {
    private static final long COMPILER_NOISE_BYTES = 1 << 20;
    private static final int DEADLINE_MINUTES = 5;

    /** A line of {@link LeakProbe}. */
    private record Reading(long handles, long handleBytes, long allocatedBytes) {}

    @ParameterizedTest
    @ValueSource(strings = {"kernels", "autograd"})
    void nothingIsLeftBehindByUpdates(String path) throws Exception {
        List<Reading> readings = readings(path);
        Reading early = readings.get(0);
        Reading late = readings.get(1);
        assertThat(early.handles()).isPositive();
        assertThat(late.handles()).as("live handles").isEqualTo(early.handles());
        assertThat(late.handleBytes()).as("their bytes").isEqualTo(early.handleBytes());
        assertThat(late.allocatedBytes() - early.allocatedBytes())
                .as("growth of the C allocator's bytes")
                .isLessThan(COMPILER_NOISE_BYTES);
    }

    @Test
    void oneLostTensorPerUpdateIsNoticed() throws Exception {
        List<Reading> readings = readings("kernels", "leak");
        assertThat(readings.get(1).handles() - readings.get(0).handles()).isEqualTo(1900);
    }

    private static List<Reading> readings(String... arguments)
            throws IOException, InterruptedException {
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
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<Reading> readings =
                process.inputReader()
                        .lines()
                        .filter(line -> line.matches("\\d+ \\d+ \\d+ -?\\d+"))
                        .map(LeakGateTest::parse)
                        .toList();
        assertThat(process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(readings).hasSize(2);
        return readings;
    }

    private static Reading parse(String line) {
        String[] words = line.split(" ");
        return new Reading(
                Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }
}
