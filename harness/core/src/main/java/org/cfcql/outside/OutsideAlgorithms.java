package org.cfcql.outside;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.AlgorithmLookup;

/** Finds algorithms: those whose keys have a command are processes, all others are known by id. */
public final class OutsideAlgorithms implements AlgorithmLookup {
    /** The key that names the program; a list of words and never a sweep. */
    public static final String COMMAND = "command";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    private final Function<String, Optional<Algorithm>> known;
    private final AlgorithmLookup inside;
    private final Bridges bridges;
    private final Path folder;
    private final LearnerDeadlines deadlines;
    private final Map<List<Object>, Algorithm> found = new HashMap<>();

    /**
     * A lookup.
     *
     * @param known the algorithm or model of the harness with an id, if there is one
     * @param inside finds those without a command
     * @param bridges how processes are started
     * @param folder what relative paths of commands start from
     * @param deadlines how long learners may take
     */
    public OutsideAlgorithms(
            Function<String, Optional<Algorithm>> known,
            AlgorithmLookup inside,
            Bridges bridges,
            Path folder,
            LearnerDeadlines deadlines) {
        this.known = known;
        this.inside = inside;
        this.bridges = bridges;
        this.folder = folder;
        this.deadlines = deadlines;
    }

    @Override
    public synchronized Algorithm find(String id, Map<String, ?> settings) {
        if (!(settings.get(COMMAND) instanceof List<?> words)) {
            return inside.find(id, settings);
        }
        if (known.apply(id).isPresent() || !ID.matcher(id).matches()) {
            throw new UserError(
                    "expected a learner with a command to have a name of its own of up to 40"
                            + " letters, digits, dots and dashes, found '"
                            + ForeignText.oneLine(id)
                            + "'"
                            + (known.apply(id).isPresent() ? ", an algorithm of the harness" : "")
                            + "; rename it");
        }
        return found.computeIfAbsent(List.of(id, words), absent -> outside(id, words));
    }

    private Algorithm outside(String id, List<?> words) {
        OutsideCommand command =
                new OutsideCommand(words.stream().map(String::valueOf).toList(), folder);
        return new OutsideAlgorithm(id, command, bridges.program(command.absolute()), deadlines);
    }
}
