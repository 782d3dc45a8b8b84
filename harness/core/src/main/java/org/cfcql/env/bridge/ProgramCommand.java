package org.cfcql.env.bridge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.error.MissingDependency;

/**
 * How a program of somebody else is started.
 *
 * @param python interpreter that makes it a process group of its own
 * @param words program and arguments
 * @param variables variables set for it
 */
public record ProgramCommand(Path python, List<String> words, Map<String, String> variables)
        implements Launchable {
    /** Copies the collections. */
    public ProgramCommand {
        words = List.copyOf(words);
        variables = Map.copyOf(variables);
    }

    @Override
    public List<String> inOwnGroup(String... arguments) {
        List<String> grouped = new ArrayList<>(List.of(python.toString(), "-S", "-c", NEW_SESSION));
        grouped.addAll(words);
        grouped.addAll(List.of(arguments));
        return grouped;
    }

    @Override
    public MissingDependency notStarted(Exception refused) {
        return new MissingDependency(
                "expected a Python that starts as '"
                        + python
                        + "', found none ("
                        + refused.getMessage()
                        + "); install python3 or set CFCQL_PYTHON",
                refused);
    }

    /** One compute thread, so that cells beside each other do not share cores. */
    public static Map<String, String> oneThread() {
        Map<String, String> variables = new TreeMap<>();
        variables.put("OMP_NUM_THREADS", "1");
        variables.put("OPENBLAS_NUM_THREADS", "1");
        variables.put("MKL_NUM_THREADS", "1");
        return variables;
    }
}
