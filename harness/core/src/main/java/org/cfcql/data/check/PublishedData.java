package org.cfcql.data.check;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cfcql.data.DatasetCard;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;

/**
 * A published data set: what is known of it without its data. The numbers are those of the data
 * cards of the OG-MARL project ({@code published-counts.csv}).
 *
 * @param source whose data: {@code cfcql} (the paper's), {@code omar} or {@code omiga}
 * @param environment the task's environment id here
 * @param task the task's name there
 * @param kind kind of data
 * @param meanReturn mean return of its episodes
 * @param stdReturn deviation of the returns, divided by the number of episodes
 * @param transitions steps of all episodes
 * @param episodes number of episodes
 */
public record PublishedData(
        String source,
        String environment,
        String task,
        String kind,
        double meanReturn,
        double stdReturn,
        long transitions,
        int episodes) {
    private static final String TABLE = "published-counts.csv";

    /** All that is known, in the order of the table. */
    public static List<PublishedData> all() {
        CsvSchema header = CsvSchema.emptySchema().withHeader();
        try (InputStream table = PublishedData.class.getResourceAsStream(TABLE);
                MappingIterator<Map<String, String>> rows =
                        new CsvMapper().readerFor(Map.class).with(header).readValues(table)) {
            List<PublishedData> all = new ArrayList<>();
            while (rows.hasNext()) {
                all.add(of(rows.next()));
            }
            return all;
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    private static PublishedData of(Map<String, String> row) {
        return new PublishedData(
                row.get("source"),
                row.get("environment"),
                row.get("task"),
                row.get("kind"),
                Double.parseDouble(row.get("mean_return")),
                Double.parseDouble(row.get("std_return")),
                Long.parseLong(row.get("transitions")),
                Integer.parseInt(row.get("episodes")));
    }

    /** The name by which it is asked for: {@code SOURCE/TASK/KIND}. */
    public String name() {
        return source + "/" + task + "/" + kind;
    }

    /**
     * The published data that a data set is to be compared with.
     *
     * @param asked {@code SOURCE/TASK/KIND}; a part that is left out is that of the data, a source
     *     that is left out is any
     * @param card the data set's card
     * @return one or several
     * @throws UserError if there are none
     */
    public static List<PublishedData> named(String asked, DatasetCard card) {
        List<PublishedData> rows = all();
        List<String> words = Arrays.asList(asked.toLowerCase(Locale.ROOT).split("/", -1));
        Set<String> sources = column(rows, PublishedData::source);
        Set<String> tasks = column(rows, PublishedData::task);
        Set<String> kinds = column(rows, PublishedData::kind);
        List<String> known = Stream.of(sources, tasks, kinds).flatMap(Collection::stream).toList();
        for (String word : words) {
            if (!known.contains(word)) {
                throw refusal(asked, Suggestion.of(word, known));
            }
        }
        List<PublishedData> found = rows.stream().filter(row -> row.says(words)).toList();
        if (found.isEmpty()) {
            throw refusal(asked, "known: " + names(rows));
        }
        boolean task = words.stream().noneMatch(tasks::contains);
        boolean kind = words.stream().noneMatch(kinds::contains);
        List<PublishedData> fitting =
                found.stream()
                        .filter(row -> !task || row.task.equals(taskOf(card, rows)))
                        .filter(row -> !kind || row.kind.equals(card.kind()))
                        .toList();
        if (fitting.isEmpty()) {
            throw new UserError(
                    "expected published data of %s, %s, among %s, found none; say"
                                    .formatted(card.task().environment(), card.kind(), names(found))
                            + " --published SOURCE/TASK/KIND");
        }
        return fitting;
    }

    /** Whether the words are its source, task and kind, in this order, or some of them. */
    private boolean says(List<String> words) {
        List<String> own = new ArrayList<>(List.of(source, task, kind));
        for (String word : words) {
            int place = own.indexOf(word);
            if (place < 0) {
                return false;
            }
            own.subList(0, place + 1).clear();
        }
        return true;
    }

    /** The name there of the task of a data set: of the same environment, or of the same map. */
    private static String taskOf(DatasetCard card, List<PublishedData> rows) {
        String environment = card.task().environment();
        return rows.stream()
                .filter(row -> row.environment.equals(environment))
                .map(PublishedData::task)
                .findFirst()
                .orElse(environment.substring(environment.lastIndexOf('/') + 1));
    }

    private static Set<String> column(
            List<PublishedData> rows, Function<PublishedData, String> part) {
        return new LinkedHashSet<>(rows.stream().map(part).toList());
    }

    private static String names(List<PublishedData> rows) {
        return String.join(", ", rows.stream().map(PublishedData::name).toList());
    }

    private static UserError refusal(String asked, String advice) {
        return new UserError(
                "expected --published to be SOURCE/TASK/KIND or a part of it, found '%s'; %s"
                        .formatted(asked, advice));
    }
}
