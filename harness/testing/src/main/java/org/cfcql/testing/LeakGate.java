package org.cfcql.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;

/**
 * Native memory after 100 updates and after many more at small shapes: 500 in the tests of every
 * change, 2 000 by {@code make leaks}. A byte lost per update is a difference of hundreds either
 * way.
 *
 * <p>Measured in a process of its own: JavaCPP counts live handles only while its collector thread
 * runs, which all other processes of ours switch off, and the native bytes are counted by an
 * allocator that is loaded before everything else ({@code counting_malloc.cpp}). Both counts are
 * exact, so a gate may ask for equality.
 */
public final class LeakGate {
    /** Updates before the first reading. */
    public static final int EARLY = 100;

    /**
     * Updates before the second reading: 500, or the system property {@code cfcql.leak.updates}.
     */
    public static final int LATE = Integer.getInteger("cfcql.leak.updates", 500);

    private static final String COUNT_FILE = "CFCQL_COUNTED_BYTES";
    private static final String READING = "reading";
    private static final int DEADLINE_MINUTES = 5;

    /**
     * What native code holds.
     *
     * @param handles tensors and other native objects that Java has a handle of
     * @param handleBytes the bytes JavaCPP knows of them
     * @param nativeBytes bytes asked from the C allocator by anybody but the Java machine and not
     *     given back: tensors, graphs, gradients, kernels' buffers
     */
    public record Reading(long handles, long handleBytes, long nativeBytes) {}

    private LeakGate() {}

    /**
     * Runs a program that calls {@link #print} after {@link #EARLY} and after {@link #LATE} updates
     * of each of several learners, one after another.
     *
     * @param learners what the program takes as one argument each
     * @return two readings for each learner, in their order
     * @throws IllegalStateException if the program failed or printed another number of readings
     */
    public static List<List<Reading>> readings(Class<?> program, List<String> learners)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("cfcql-leak-gate");
        Path count = Files.write(folder.resolve("count"), new byte[Long.BYTES]);
        Path messages = folder.resolve("messages.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command(program, learners)).redirectError(messages.toFile());
        builder.environment().put(COUNT_FILE, count.toString());
        builder.environment().put("LD_PRELOAD", countingAllocator(folder).toString());
        Process process = builder.start();
        List<Reading> readings =
                process.inputReader()
                        .lines()
                        .filter(line -> line.startsWith(READING))
                        .map(LeakGate::parse)
                        .toList();
        if (!process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)
                || process.exitValue() != 0
                || readings.size() != 2 * learners.size()) {
            throw new IllegalStateException(
                    "expected two readings of each of "
                            + learners
                            + ", found "
                            + readings
                            + " and these messages:\n"
                            + Files.readString(messages));
        }
        for (Path file : List.of(count, messages, folder.resolve("counting_malloc.so"), folder)) {
            Files.delete(file);
        }
        return IntStream.range(0, learners.size())
                .mapToObj(learner -> readings.subList(2 * learner, 2 * learner + 2))
                .toList();
    }

    private static List<String> command(Class<?> program, List<String> learners) {
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
                                program.getName()));
        command.add(1, "-Dcfcql.leak.updates=" + LATE);
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        if (cache != null) {
            command.add(1, "-Dorg.bytedeco.javacpp.cachedir=" + cache);
        }
        command.addAll(learners);
        return command;
    }

    private static Path countingAllocator(Path folder) throws IOException, InterruptedException {
        Path library = folder.resolve("counting_malloc.so");
        Path source = folder.resolve("counting_malloc.cpp");
        try (var stream = LeakGate.class.getResourceAsStream("counting_malloc.cpp")) {
            Files.copy(stream, source);
        }
        Process compiler =
                new ProcessBuilder(
                                "g++",
                                "-std=c++17",
                                "-O2",
                                "-Wall",
                                "-Wextra",
                                "-Werror",
                                "-shared",
                                "-fPIC",
                                source.toString(),
                                "-o",
                                library.toString(),
                                "-ldl")
                        .redirectErrorStream(true)
                        .start();
        String messages = new String(compiler.getInputStream().readAllBytes(), UTF_8);
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException("expected g++ to compile it, found:\n" + messages);
        }
        Files.delete(source);
        return library;
    }

    /** Prints a reading; for the program. */
    public static void print() {
        System.out.printf(
                Locale.ROOT,
                "%s %d %d %d%n",
                READING,
                Pointer.totalCount(),
                Pointer.totalBytes(),
                countedBytes());
    }

    private static long countedBytes() {
        try {
            byte[] count = Files.readAllBytes(Path.of(System.getenv(COUNT_FILE)));
            return ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).getLong();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Reading parse(String line) {
        String[] words = line.split(" ");
        return new Reading(
                Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }
}
