package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.MissingDependency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Python that does not list the environments is described by what it did. */
class ListingTest {
    @TempDir private Path folder;

    @Test
    void aPythonThatIsKilledIsNotCalledTooOld() throws IOException {
        refused("kill -9 $$", EnvironmentFault.class, "was ended by signal 9");
    }

    @Test
    void aPythonThatCannotIsCalledTooOld() throws IOException {
        refused("exit 1", MissingDependency.class, "Python 3.11 or newer is needed");
    }

    @Test
    void aPythonThatPrintsSomethingElseIsAFaultyEnvironment() throws IOException {
        refused("echo '{\"families\": ['", EnvironmentFault.class, "as JSON");
    }

    private void refused(String does, Class<? extends CfcqlException> kind, String said)
            throws IOException {
        Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + does + "\n");
        python.toFile().setExecutable(true);
        Bridges bridges =
                Bridges.at(RealBridges.open().home(), Map.of("CFCQL_PYTHON", python.toString()));
        assertThatThrownBy(bridges::catalogue).isInstanceOf(kind).hasMessageContaining(said);
    }
}
