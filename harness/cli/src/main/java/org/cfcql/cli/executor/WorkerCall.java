package org.cfcql.cli.executor;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cfcql.plugin.PluginFolders;
import org.cfcql.run.folder.RunFolder;

/**
 * How an engine calls {@code cfcql worker}: the same words and the same variables for all engines.
 *
 * @param launcher the {@code cfcql} script, on a file system that all machines share
 * @param run the run folder, likewise
 * @param variables what the worker must find in its environment
 */
record WorkerCall(Path launcher, Path run, Map<String, String> variables) {
    /** Variables by which the harness finds Java, its environments and its memory. */
    private static final List<String> KEPT =
            List.of("JAVA_HOME", "CFCQL_HEAP", "CFCQL_PYTHON", "CFCQL_VENVS");

    /** The call of a worker that sees what this process sees. */
    static WorkerCall of(Path launcher, RunFolder run, Map<String, String> ours) {
        Map<String, String> variables = new LinkedHashMap<>();
        KEPT.stream()
                .filter(ours::containsKey)
                .forEach(name -> variables.put(name, ours.get(name)));
        variables.put(PluginFolders.VARIABLE, PluginFolders.ofThisProcess().variable());
        return new WorkerCall(
                launcher.toAbsolutePath(), run.path().toAbsolutePath().normalize(), variables);
    }

    /** Words of a worker for one cell, program first. */
    List<String> ofCell(String id) {
        return List.of(
                launcher.toString(), "worker", "--detached", "--run", run.toString(), "--cell", id);
    }

    /** Words for a task of a list, without program and without the task's number at their end. */
    List<String> ofTask(TaskList list, JobShape shape) {
        return List.of(
                "worker",
                "--detached",
                "--run",
                run.toString(),
                "--workers",
                Integer.toString(shape.cellsAtATime()),
                "--list",
                list.file().toAbsolutePath().normalize().toString(),
                "--task");
    }

    /** Lines of a shell that set the variables. */
    String exports() {
        return variables.entrySet().stream()
                .map(one -> "export " + one.getKey() + "=" + quoted(one.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    /** Words as a shell reads them. */
    static String shell(List<String> words) {
        return words.stream().map(WorkerCall::quoted).collect(Collectors.joining(" "));
    }

    /** A text as one word of a shell; plain ones stay as they are. */
    static String quoted(String text) {
        return text.matches("[\\w./:=+,@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
