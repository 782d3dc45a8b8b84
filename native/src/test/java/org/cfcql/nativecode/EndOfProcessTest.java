package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to end while it computes runs no destructor of a library. */
class EndOfProcessTest {
    private static final String DESTRUCTOR =
            """
            #include <unistd.h>
            __attribute__((destructor)) static void ran() { (void)!write(2, "destructors ran", 15); }
            """;
    private static final int TERMINATED = 143;

    @TempDir private Path folder;

    /** Says that it is ready and computes until it is told to end. */
    static final class Computing {
        private Computing() {}

        public static void main(String[] arguments) throws IOException {
            if (arguments[0].equals("with")) {
                LibTorchRuntime.initialise(1);
            }
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // Reads until its end.
            }
        }
    }

    @Test
    void aSignalEndsAProcessWithLibTorchWithoutDestructors() throws Exception {
        assertThat(messagesOfAnEnd("with")).doesNotContain("destructors ran");
    }

    @Test
    void withoutLibTorchTheSameProcessRunsThem() throws Exception {
        assertThat(messagesOfAnEnd("without")).contains("destructors ran");
    }

    private String messagesOfAnEnd(String libTorch) throws Exception {
        Path library = compiled();
        Path messages = folder.resolve("messages-" + libTorch);
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dorg.bytedeco.javacpp.cachedir="
                                        + System.getProperty("org.bytedeco.javacpp.cachedir"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Computing.class.getName(),
                                libTorch));
        builder.environment().put("LD_PRELOAD", library.toString());
        Process process = builder.redirectError(messages.toFile()).start();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        // Process.destroy would also close its input, whose end may come before the signal.
        process.toHandle().destroy();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        return Files.readString(messages);
    }

    private Path compiled() throws Exception {
        Path source = Files.writeString(folder.resolve("destructor.c"), DESTRUCTOR);
        Path library = folder.resolve("destructor.so");
        Process compiler =
                new ProcessBuilder(
                                "gcc",
                                "-shared",
                                "-fPIC",
                                source.toString(),
                                "-o",
                                library.toString())
                        .inheritIO()
                        .start();
        assertThat(compiler.waitFor()).isZero();
        return library;
    }
}
