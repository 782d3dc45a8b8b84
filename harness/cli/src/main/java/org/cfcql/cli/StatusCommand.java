package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.cfcql.cli.executor.SlurmQueue;
import org.cfcql.error.HarnessBug;
import org.cfcql.run.folder.CellStatus;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cfcql status}: what a live matrix is doing. */
@Command(
        name = "status",
        description =
                "Says what each cell of a run folder is doing; reads files, and Slurm's queue where"
                        + " a job array was written.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: cfcql status runs/quickstart"})
final class StatusCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN_DIR", description = "Run folder.")
    private Path folder;

    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        RunFolder run = new RunFolder(folder);
        List<CellStatus> cells =
                run.plan().cells().parallelStream()
                        .map(cell -> CellStatus.read(cell, run.cell(cell.id())))
                        .toList();
        SlurmQueue queue = SlurmQueue.of(run);
        if (!queue.note().isEmpty()) {
            spec.commandLine().getErr().println("note: " + queue.note());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(text(cells, queue));
            return 0;
        }
        int width = cells.stream().mapToInt(cell -> cell.cell().length()).max().orElse(4);
        for (CellStatus cell : cells) {
            out.printf(
                    Locale.ROOT,
                    "%-7s %-" + width + "s %6d of %d%s%n",
                    name(cell),
                    cell.cell(),
                    cell.round(),
                    cell.rounds(),
                    remarks(cell, queue));
        }
        out.println(
                cells.stream()
                        .collect(
                                Collectors.groupingBy(
                                        StatusCommand::name,
                                        LinkedHashMap::new,
                                        Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        return 0;
    }

    private static String name(CellStatus cell) {
        return cell.state().name().toLowerCase(Locale.ROOT);
    }

    private static String remarks(CellStatus cell, SlurmQueue queue) {
        List<String> remarks = new ArrayList<>();
        SlurmQueue.Task task = queue.tasks().get(cell.cell());
        if (task != null) {
            remarks.add("Slurm " + task.id() + " " + task.state() + " (" + task.reason() + ")");
        }
        if (cell.secondsLeft() >= 0) {
            remarks.add("about " + cell.secondsLeft() + " s left");
        }
        if (!Double.isNaN(cell.score())) {
            remarks.add(String.format(Locale.ROOT, "score %.3f", cell.score()));
        }
        if (cell.restarts() > 0) {
            remarks.add(cell.restarts() + " restarts");
        }
        if (cell.environmentRestarts() > 0) {
            remarks.add(cell.environmentRestarts() + " environments replaced");
        }
        if (cell.repeatedEpisodes() > 0) {
            remarks.add(cell.repeatedEpisodes() + " episodes repeated");
        }
        if (!cell.error().isEmpty()) {
            remarks.add(cell.error());
        }
        return remarks.isEmpty() ? "" : ", " + String.join(", ", remarks);
    }

    private static String text(List<CellStatus> cells, SlurmQueue queue) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (CellStatus cell : cells) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("cell", cell.cell());
            row.put("state", name(cell));
            row.put("round", cell.round());
            row.put("rounds", cell.rounds());
            row.put("secondsLeft", cell.secondsLeft() < 0 ? null : cell.secondsLeft());
            row.put("restarts", cell.restarts());
            row.put("environmentRestarts", cell.environmentRestarts());
            row.put("repeatedEpisodes", cell.repeatedEpisodes());
            row.put("score", Double.isNaN(cell.score()) ? null : cell.score());
            row.put("error", cell.error());
            row.put("slurm", queue.tasks().get(cell.cell()));
            rows.add(row);
        }
        try {
            return Storage.JSON.writeValueAsString(Map.of("cells", rows));
        } catch (JsonProcessingException impossible) {
            throw new HarnessBug("numbers cannot be written as JSON", impossible);
        }
    }
}
