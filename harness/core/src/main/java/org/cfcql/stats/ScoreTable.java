package org.cfcql.stats;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.UserError;

/**
 * The rows of a {@code scores.csv}: {@code env,dataset,algorithm,seed,track,score,normalized}.
 *
 * @param rows one per finished run
 */
public record ScoreTable(List<ScoreRow> rows) {
    /** Columns of the file, in order. */
    public static final List<String> COLUMNS =
            List.of("env", "dataset", "algorithm", "seed", "track", "score", "normalized");

    /** Copies the rows. */
    public ScoreTable {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a file.
     *
     * @throws UserError if it cannot be read, lacks a column, holds no rows, a value that is no
     *     number, or one run twice
     */
    public static ScoreTable read(Path file) {
        CsvMapper mapper = CsvMapper.builder().enable(CsvParser.Feature.TRIM_SPACES).build();
        List<ScoreRow> rows = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        try (MappingIterator<Map<String, String>> lines =
                mapper.readerForMapOf(String.class)
                        .with(CsvSchema.emptySchema().withHeader())
                        .readValues(withoutMark(Files.readString(file)))) {
            while (lines.hasNext()) {
                Map<String, String> line = lines.next();
                // The header is line 1.
                ScoreRow row = parse(file, rows.size() + 2, line);
                if (!seen.add(
                        row.task() + "," + row.algorithm() + "," + row.seed() + row.track())) {
                    throw new UserError(
                            "expected each run once in %s, found %s seed %d on %s twice; remove one"
                                    .formatted(file, row.algorithm(), row.seed(), row.task()));
                }
                rows.add(row);
            }
        } catch (CfcqlException refused) {
            throw refused;
        } catch (IOException | RuntimeException failure) {
            throw new UserError(
                    "expected a readable scores file, found "
                            + file
                            + " ("
                            + reason(failure)
                            + "); give the scores.csv of a report",
                    failure);
        }
        if (rows.isEmpty()) {
            throw new UserError(
                    "expected rows in " + file + ", found none; give a finished report");
        }
        return new ScoreTable(rows);
    }

    /** The names of the tracks in the table, sorted. */
    public SortedSet<String> tracks() {
        return rows.stream().map(ScoreRow::track).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The rows of one track. */
    public ScoreTable ofTrack(String track) {
        return new ScoreTable(rows.stream().filter(row -> row.track().equals(track)).toList());
    }

    /** Writes the table as CSV, header first. */
    public void write(Writer target) throws IOException {
        CsvSchema schema =
                CsvSchema.builder()
                        .addColumns(COLUMNS, CsvSchema.ColumnType.STRING)
                        .build()
                        .withHeader();
        try (SequenceWriter writer = new CsvMapper().writer(schema).writeValues(target)) {
            for (ScoreRow row : rows) {
                String normalized =
                        row.normalized().isPresent()
                                ? String.valueOf(row.normalized().getAsDouble())
                                : "";
                writer.write(
                        List.of(
                                CsvText.quoted(row.environment()),
                                CsvText.quoted(row.dataset()),
                                CsvText.quoted(row.algorithm()),
                                String.valueOf(row.seed()),
                                row.track(),
                                String.valueOf(row.score()),
                                normalized));
            }
        }
    }

    private static ScoreRow parse(Path file, int lineNumber, Map<String, String> line) {
        for (String column : COLUMNS) {
            boolean mayBeEmpty = column.equals("normalized");
            String value = line.get(column);
            if (value == null || (value.isEmpty() && !mayBeEmpty)) {
                throw new UserError(
                        "expected the columns %s in line %d of %s, found no %s; use a scores.csv"
                                .formatted(String.join(",", COLUMNS), lineNumber, file, column));
            }
        }
        String where = "line " + lineNumber + " of " + file;
        String normalized = line.get("normalized");
        return new ScoreRow(
                CsvText.unquoted(line.get("env")),
                CsvText.unquoted(line.get("dataset")),
                CsvText.unquoted(line.get("algorithm")),
                seed(line.get("seed"), where),
                line.get("track"),
                number("score", line.get("score"), where),
                normalized.isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(number("normalized", normalized, where)));
    }

    private static long seed(String text, String where) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException failure) {
            throw new UserError(
                    "expected a whole number as seed in %s, found '%s'; correct it"
                            .formatted(where, text),
                    failure);
        }
    }

    private static double number(String column, String text, String where) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException failure) {
            value = Double.NaN;
        }
        if (!Double.isFinite(value)) {
            throw new UserError(
                    "expected a finite number as %s in %s, found '%s'; correct it"
                            .formatted(column, where, text));
        }
        return value;
    }

    private static String reason(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is no UTF-8 text";
        }
        return failure instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : "it is no table of comma-separated values, or a quote does not end";
    }

    /** Spreadsheets begin their files with a byte order mark. */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
