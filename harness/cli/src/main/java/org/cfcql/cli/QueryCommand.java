package org.cfcql.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cfcql.error.ForeignText;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.query.AnswerFormat;
import org.cfcql.query.ResultDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers a question to results in SQL. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = {
            "Answers one SELECT over the results of run folders. Tables: cells, budget,",
            "evaluations, metrics; docs/query.md lists their columns."
        },
        footer = {
            "",
            "Example: cfcql query \"select algorithm, avg(score) from cells group by 1\""
                    + " runs/quickstart"
        })
final class QueryCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SELECT", description = "The query, in DuckDB's SQL.")
    private String sql;

    @Parameters(
            index = "1..*",
            paramLabel = "RUN_DIR",
            arity = "1..*",
            description = "Folders of cfcql run.")
    private List<Path> folders;

    @Option(
            names = "--format",
            description =
                    "csv, json or parquet (default: by the ending of --out; without both, columns"
                            + " for reading).")
    private AnswerFormat format;

    @Option(names = "--out", paramLabel = "FILE", description = "File to write the answer to.")
    private Path out;

    @Override
    public Integer call() {
        AnswerFormat chosen = format == null && out != null ? ofEnding(out) : format;
        if (chosen == AnswerFormat.PARQUET && out == null) {
            throw new UserError("expected --out FILE with --format parquet, found none; give it");
        }
        try (ResultDatabase answer = ResultDatabase.answer(folders, sql)) {
            if (out != null) {
                answer.write(out, chosen);
                spec.commandLine().getOut().println(out);
            } else if (chosen != null) {
                print(answer, chosen);
            } else {
                printColumns(answer.rows());
            }
        }
        return 0;
    }

    private static AnswerFormat ofEnding(Path file) {
        String name = file.getFileName().toString();
        for (AnswerFormat known : AnswerFormat.values()) {
            if (name.endsWith("." + known.name().toLowerCase(Locale.ROOT))) {
                return known;
            }
        }
        throw new UserError(
                "expected --out to end with .csv, .json or .parquet, found "
                        + name
                        + "; rename it or give --format");
    }

    /** DuckDB writes files only, and the output may be one of this process alone. */
    private void print(ResultDatabase answer, AnswerFormat chosen) {
        try {
            Path file = Files.createTempFile("cfcql-answer", "");
            try {
                answer.write(file, chosen);
                spec.commandLine().getOut().print(Files.readString(file));
                spec.commandLine().getOut().flush();
            } finally {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new MachineFault(
                    "expected to write a temporary file, the machine said: " + failure.getMessage(),
                    failure);
        }
    }

    private void printColumns(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        List<List<String>> shown =
                rows.stream().map(row -> row.stream().map(ForeignText::oneLine).toList()).toList();
        for (List<String> row : shown) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        for (List<String> row : shown) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                line.append(row.get(column))
                        .append(" ".repeat(widths[column] - row.get(column).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
