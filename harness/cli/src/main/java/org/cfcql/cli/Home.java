package org.cfcql.cli;

import java.nio.file.Path;

/** The checkout the harness runs from; the launcher names it in {@code cfcql.home}. */
final class Home {
    private Home() {}

    /** The checkout's root, or the current folder where the launcher was not used. */
    static Path locate() {
        return Path.of(System.getProperty("cfcql.home", ".")).toAbsolutePath().normalize();
    }
}
