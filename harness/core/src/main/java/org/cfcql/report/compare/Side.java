package org.cfcql.report.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cfcql.error.UserError;
import org.cfcql.report.model.References;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.RunReader;
import org.cfcql.stats.ScoreTable;

/**
 * One side of a comparison.
 *
 * @param path the run folder or score table
 * @param scoresOnly whether it is a table, which says scores and tracks only
 * @param cells finished cells by name, then by seed
 * @param openByName seeds with their states that have no result, by cell
 */
public record Side(
        String path,
        boolean scoresOnly,
        Map<CellName, SortedMap<Long, Entry>> cells,
        Map<CellName, List<String>> openByName) {
    /** Ends the name of a recorded side. */
    private static final String RECORDED = ".json";

    /**
     * Which cells of a side are compared.
     *
     * @param line the algorithm's line, as tables name it or by id; empty for all
     * @param track the track with its scale; empty for all
     */
    public record Choice(String line, String track) {
        /** All cells. */
        public static final Choice ALL = new Choice("", "");

        private boolean holds(CellName name) {
            boolean named = name.label().equals(line) || name.algorithm().equals(line);
            return (line.isEmpty() || named) && (track.isEmpty() || name.track().equals(track));
        }
    }

    /**
     * Reads a run folder, a {@code scores.csv} or a recorded side ({@code .json}).
     *
     * @throws UserError if it is neither, or has nothing of what is chosen
     */
    public static Side read(Path path, Choice choice) {
        List<Entry> entries = new ArrayList<>();
        Map<CellName, List<String>> open = new LinkedHashMap<>();
        boolean recorded =
                Files.isRegularFile(path) && path.getFileName().toString().endsWith(RECORDED);
        boolean table = Files.isRegularFile(path) && !recorded;
        SortedSet<String> there = new TreeSet<>();
        if (recorded) {
            entries.addAll(RecordedSide.read(path));
        } else if (table) {
            ScoreTable.read(path).rows().forEach(row -> entries.add(Entry.of(row)));
        } else {
            References references = References.shipped();
            for (ReportedCell cell : RunReader.read(path).cells()) {
                CellName name = CellName.of(cell);
                there.add(name.label() + " on track " + name.track());
                if (cell.outcome().isPresent()) {
                    entries.add(Entry.of(cell, references));
                } else if (choice.holds(name)) {
                    open.computeIfAbsent(name, key -> new ArrayList<>())
                            .add("seed " + cell.seed() + " (" + cell.state().text() + ")");
                }
            }
        }
        Map<CellName, SortedMap<Long, Entry>> cells = new LinkedHashMap<>();
        for (Entry entry : entries) {
            there.add(entry.name().label() + " on track " + entry.name().track());
            if (choice.holds(entry.name())) {
                add(entry, cells, path);
            }
        }
        if (cells.isEmpty() && open.isEmpty()) {
            throw new UserError(
                    "expected the line and track that were chosen in %s, found only %s; name one"
                            .formatted(path, String.join(", ", there)));
        }
        return new Side(path.toString(), table, cells, open);
    }

    /** Names of cells with their seeds and states that have no result. */
    public List<String> open() {
        List<String> open = new ArrayList<>();
        openByName.forEach(
                (name, seeds) -> seeds.forEach(seed -> open.add(name.text() + " · " + seed)));
        return open;
    }

    private static void add(Entry entry, Map<CellName, SortedMap<Long, Entry>> cells, Path path) {
        SortedMap<Long, Entry> seeds = cells.computeIfAbsent(entry.name(), key -> new TreeMap<>());
        if (seeds.put(entry.seed(), entry) != null) {
            throw new UserError(
                    ("expected one result per seed of %s, found two of seed %d in %s; compare runs"
                                    + " in which a name stands for one configuration")
                            .formatted(entry.name().text(), entry.seed(), path));
        }
    }
}
