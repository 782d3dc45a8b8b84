package org.cfcql.report.model;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The published tables ({@code paper/} beside this class), looked up by our names.
 *
 * <p>Tables 2, 3 and 5 are used: table 1 is a part of 5, table 6 an ablation.
 *
 * @param scores by task, then by algorithm id; text exactly as printed, {@code mean ± std}
 */
public record PaperTables(Map<Task, SortedMap<String, String>> scores) {
    private static final List<String> FILES = List.of("table2.csv", "table3.csv", "table5.csv");
    private static final Map<String, String> ENVIRONMENTS =
            Map.of(
                    "CN", "mpe/simple_spread",
                    "PP", "mpe/simple_tag",
                    "World", "mpe/simple_world",
                    "HalfCheetah-v2", "mamujoco/halfcheetah-2x3");

    /** An environment id and a kind of data. */
    public record Task(String environment, String kind) {}

    /**
     * The tables that come with the harness. They name rows by the paper's words.
     *
     * @param publications which algorithms the paper means
     */
    public static PaperTables shipped(Publications publications) {
        Map<Task, SortedMap<String, String>> scores = new LinkedHashMap<>();
        for (String file : FILES) {
            try (InputStream stream =
                            PaperTables.class.getResourceAsStream(
                                    "/org/cfcql/report/paper/" + file);
                    MappingIterator<Map<String, String>> lines =
                            new CsvMapper()
                                    .readerForMapOf(String.class)
                                    .with(CsvSchema.emptySchema().withHeader())
                                    .readValues(stream)) {
                while (lines.hasNext()) {
                    Map<String, String> line = lines.next();
                    scores.computeIfAbsent(task(line), key -> new TreeMap<>())
                            .put(
                                    publications.id(line.get("algorithm")),
                                    line.get("mean") + " ± " + line.get("std"));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return new PaperTables(scores);
    }

    /** Which numbers of the continuous tables the paper took from elsewhere (spec 3.1). */
    public static String originOfContinuousNumbers() {
        try (InputStream stream =
                PaperTables.class.getResourceAsStream("/org/cfcql/report/paper/origin.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Published scores of a task by algorithm id; empty if there are none. */
    public SortedMap<String, String> of(String environment, String kind) {
        return scores.getOrDefault(new Task(environment, kind), new TreeMap<>());
    }

    /** The printed labels are not harmonised: Med-Rep, Med-rep, Medium-replay, medium_replay. */
    private static Task task(Map<String, String> line) {
        String environment = line.get("env");
        String kind = line.get("dataset").toLowerCase(Locale.ROOT).replace('_', '-');
        return new Task(
                ENVIRONMENTS.getOrDefault(environment, "smac/" + environment),
                kind.equals("med-rep") ? "medium-replay" : kind);
    }
}
