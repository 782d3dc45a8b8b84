package org.cfcql.run.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    /** A file that is there, and whose first byte nobody can read. */
    private static final Path UNREADABLE = Path.of("/proc/self/mem");

    @TempDir Path folder;

    @Test
    void aFileThatTheMachineCannotReadIsNotCalledDamaged() {
        assumeTrue(Files.exists(UNREADABLE), "skipped: no " + UNREADABLE + " on this machine");

        assertThatThrownBy(() -> Storage.readJson(UNREADABLE, Map.class))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("expected a readable " + UNREADABLE + ", the machine said: ");
    }

    @Test
    void absentAndDamagedFilesAndFoldersAreToldApart() throws IOException {
        Path damaged = Files.writeString(folder.resolve("damaged.json"), "{");

        assertRefused(damaged, "found one that does not parse");
        assertRefused(folder.resolve("absent.json"), "found none");
        assertRefused(folder, "found a folder");
    }

    private static void assertRefused(Path file, String found) {
        assertThatThrownBy(() -> Storage.readJson(file, Map.class))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(found);
    }
}
