package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cfcql.nativecode.LibTorchRuntime;
import org.junit.jupiter.api.Test;

class LauncherTest {
    @Test
    void exportsWhatTheRuntimeAsksOfAWorkersEnvironment() throws IOException {
        String launcher = Files.readString(Path.of("../../cfcql"));
        LibTorchRuntime.workerEnvironment(1)
                .forEach((name, value) -> assertThat(launcher).contains(name + "=" + value));
    }
}
