package org.cfcql.cli.executor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/** A shell line per cell, for GNU parallel, {@code xargs}, or whatever runs lines. */
final class CommandList {
    private CommandList() {}

    /** Writes {@code commands.txt}. */
    static Path write(JobFolder folder, List<Cell> cells, WorkerCall call) {
        Path file = folder.path().resolve("commands.txt");
        String text =
                cells.stream()
                        .map(cell -> variables(call) + WorkerCall.shell(call.ofCell(cell.id())))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
        Storage.writeAtomically(file, text.getBytes(StandardCharsets.UTF_8));
        return file;
    }

    private static String variables(WorkerCall call) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> one : call.variables().entrySet()) {
            text.append(one.getKey()).append('=').append(WorkerCall.quoted(one.getValue()));
            text.append(' ');
        }
        return text.toString();
    }
}
