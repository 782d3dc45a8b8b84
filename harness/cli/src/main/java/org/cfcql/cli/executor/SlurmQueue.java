package org.cfcql.cli.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cfcql.error.ForeignText;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.storage.Storage;

/**
 * What Slurm's queue holds of a run folder, whoever submitted it: jobs are found by the names in
 * their scripts.
 *
 * @param tasks the task of each cell that waits or runs, by cell
 * @param note why nothing is known of the queue; empty where all is known or nothing was submitted
 */
public record SlurmQueue(Map<String, Task> tasks, String note) {
    private static final Set<String> ENDING =
            Set.of("COMPLETING", "CANCELLED", "COMPLETED", "FAILED", "TIMEOUT", "NODE_FAIL");
    private static final int FIELDS = 5;

    /**
     * A task in the queue.
     *
     * @param id job and index as Slurm's commands want them, {@code 12_3}
     * @param state in Slurm's words, {@code PENDING}
     * @param reason why it waits, in Slurm's words
     */
    public record Task(String id, String state, String reason) {}

    /** Asks {@code squeue}, if there are scripts in the run folder at all. */
    public static SlurmQueue of(RunFolder run) {
        return of(run, List.of("squeue"));
    }

    static SlurmQueue of(RunFolder run, List<String> squeue) {
        Map<String, TaskList> lists = lists(run);
        if (lists.isEmpty()) {
            return new SlurmQueue(Map.of(), "");
        }
        Stream<String> options =
                Stream.of(
                        "--noheader",
                        "--array",
                        "--name=" + String.join(",", lists.keySet()),
                        "--format=%j|%K|%T|%i|%r");
        SlurmAnswer answer = SlurmAnswer.of(Stream.concat(squeue.stream(), options).toList());
        if (!answer.good()) {
            return new SlurmQueue(
                    Map.of(), "the queue of Slurm cannot be read: " + answer.complaint());
        }
        Map<String, Task> tasks = new TreeMap<>();
        Map<String, List<List<String>>> cells = new LinkedHashMap<>();
        for (String line : answer.lines()) {
            String[] fields = line.strip().split("\\|", FIELDS);
            if (fields.length < FIELDS
                    || !lists.containsKey(fields[0])
                    || ENDING.contains(fields[2])) {
                continue;
            }
            List<List<String>> all =
                    cells.computeIfAbsent(fields[0], name -> lists.get(name).tasks());
            Task task = new Task(fields[3], fields[2], ForeignText.oneLine(fields[4]));
            cells(all, fields[1]).forEach(cell -> tasks.put(cell, task));
        }
        return new SlurmQueue(tasks, "");
    }

    /** Cells of the task that Slurm calls so. */
    private static List<String> cells(List<List<String>> tasks, String index) {
        if (!index.matches("\\d{1,9}") || Integer.parseInt(index) >= tasks.size()) {
            return List.of();
        }
        return tasks.get(Integer.parseInt(index));
    }

    /** Lists by the names of their jobs. */
    private static Map<String, TaskList> lists(RunFolder run) {
        Map<String, TaskList> lists = new TreeMap<>();
        for (JobFolder folder : JobFolder.of(run)) {
            for (int job = 1; Files.exists(folder.slurmScript(job)); job++) {
                lists.put(name(folder.slurmScript(job)), new TaskList(folder.list(job)));
            }
        }
        return lists;
    }

    private static String name(Path script) {
        try (Stream<String> lines = Files.lines(script, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(SlurmScript.NAME))
                    .map(line -> line.substring(SlurmScript.NAME.length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException unreadable) {
            throw Storage.readFault(script, unreadable);
        }
    }
}
