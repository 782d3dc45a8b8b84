package org.cfcql.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The words a user typed, for the provenance of what a command makes. */
final class CommandWords {
    private CommandWords() {}

    /** The whole command line, program name first. */
    static List<String> of(CommandSpec spec) {
        List<String> words = new ArrayList<>();
        CommandSpec root = spec.root();
        words.add(root.name());
        words.addAll(root.commandLine().getParseResult().originalArgs());
        return words;
    }
}
