package org.cfcql.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.OrderlyEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal while a data set is written: its process ends, and nothing of the data set stays. */
class StoppedWriterTest {
    private static final int TERMINATED = 143;

    @TempDir private Path folder;

    /** Writes episodes until somebody asks it to end. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] arguments) {
            OrderlyEnd.of(() -> write(Path.of(arguments[0])), () -> {});
        }

        private static int write(Path target) {
            TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
            try (DatasetWriter writer = DatasetWriter.create(target, task)) {
                EpisodeBuffer episode = new EpisodeBuffer(task);
                Fixtures.fill(episode, task, 0, 0, 1);
                for (; ; ) {
                    writer.append(episode);
                    if (writer.episodes() == 1) {
                        System.out.println("writing");
                    }
                }
            }
        }
    }

    @Test
    void aSignalLeavesNothingOfADataSetThatIsBeingWritten() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dcfcql.stop.seconds=50",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writing.class.getName(),
                                folder.resolve("made").toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.inputReader().readLine()).isEqualTo("writing");
        assertThat(folder.resolve("made.partial")).isDirectory();

        process.toHandle().destroy();

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(folder).isEmptyDirectory();
    }
}
