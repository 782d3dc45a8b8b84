package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.env.EnvironmentRequest;

/** The checkout's own bridges and virtual environment, for tests with real workers. */
public final class RealBridges {
    /** Short enough for a test, long enough for a loaded machine. */
    static final Deadlines DEADLINES =
            new Deadlines(60_000, 60_000, 60_000, 60_000, 10_000, 5_000, 5_000);

    /** Restarts at once, gives up early. */
    static final RestartPolicy TWO_RESTARTS = new RestartPolicy(2, 1, 1, 600_000);

    private static BridgeProvider shared;

    private RealBridges() {}

    /** The bridges; fails where the virtual environment was not made. */
    public static Bridges open() {
        Path home = Path.of("").toAbsolutePath();
        while (home != null && !Files.exists(home.resolve("env-bridges/PROTOCOL.md"))) {
            home = home.getParent();
        }
        assertThat(home).as("a checkout above the working directory").isNotNull();
        Bridges bridges = Bridges.at(home);
        assertThat(bridges.python("numpy"))
                .as("tests of real workers need the packages of numpy.txt; run: make venv")
                .isExecutable();
        return bridges;
    }

    /** A provider with the tests' deadlines; one for all tests, it asks for the catalogue once. */
    public static synchronized BridgeProvider provider() {
        if (shared == null) {
            shared = new BridgeProvider(open(), DEADLINES, TWO_RESTARTS);
        }
        return shared;
    }

    /** The tests' deadlines with another one for RESET and STEP. */
    public static Deadlines impatient(long stepMs) {
        return new Deadlines(
                DEADLINES.helloMs(),
                DEADLINES.makeMs(),
                stepMs,
                stepMs,
                DEADLINES.stateMs(),
                DEADLINES.pingMs(),
                DEADLINES.closeMs());
    }

    /** A request with options given as key, value, key, value. */
    public static EnvironmentRequest request(String id, int environments, String... options) {
        Map<String, String> map = new TreeMap<>();
        for (int index = 0; index < options.length; index += 2) {
            map.put(options[index], options[index + 1]);
        }
        return new EnvironmentRequest(id, new TreeMap<>(map), environments);
    }
}
