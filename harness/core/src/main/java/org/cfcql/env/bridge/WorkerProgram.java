package org.cfcql.env.bridge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.error.MissingDependency;
import org.cfcql.plugin.PluginFolders;

/**
 * How the Python worker package is started.
 *
 * @param python interpreter
 * @param source folder of the package, for the module path
 * @param plugins where it finds environments of other people
 */
public record WorkerProgram(Path python, Path source, PluginFolders plugins) implements Launchable {
    @Override
    public List<String> inOwnGroup(String... arguments) {
        List<String> command = module(arguments);
        List<String> grouped = new ArrayList<>(List.of(python.toString(), "-S", "-c", NEW_SESSION));
        grouped.addAll(command);
        return grouped;
    }

    /** Arguments that run the worker module. */
    public List<String> module(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(python.toString(), "-m", "cfcql_bridges.worker"));
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public MissingDependency notStarted(Exception refused) {
        return new MissingDependency(
                "expected a Python that starts at "
                        + python
                        + ", found none ("
                        + refused.getMessage()
                        + "); run: cfcql doctor",
                refused);
    }

    /**
     * Variables set for the worker: module path, one compute thread, nothing of the user's site,
     * UTF-8 whatever the locale is. Folders are absolute, since it starts in one of its own.
     */
    @Override
    public Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        variables.put("PYTHONPATH", source.toString());
        variables.put(PluginFolders.VARIABLE, plugins.variable());
        variables.put("PYTHONNOUSERSITE", "1");
        variables.put("PYTHONHASHSEED", "0");
        variables.put("PYTHONUTF8", "1");
        variables.putAll(ProgramCommand.oneThread());
        return variables;
    }
}
