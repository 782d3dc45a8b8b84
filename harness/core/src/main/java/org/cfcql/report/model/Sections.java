package org.cfcql.report.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.cfcql.report.model.References.Reference;
import org.cfcql.report.model.Section.Conditions;
import org.cfcql.report.read.CellState;
import org.cfcql.report.read.DataFacts;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.Spread;

/** Sorts cells into sections and lines so that nothing unlike shares a column. */
final class Sections {
    private final References references;
    private final Publications publications;
    private final PaperTables paper;

    Sections(References references, Publications publications) {
        this.references = references;
        this.publications = publications;
        paper = PaperTables.shipped(publications);
    }

    /** The sections of all started cells, in order of first appearance. */
    List<Section> of(List<ReportedCell> all) {
        List<ReportedCell> cells = all.stream().filter(Sections::started).toList();
        Map<List<String>, Boolean> perSeed = new HashMap<>();
        byData(cells).forEach((data, of) -> perSeed.put(data, onePerSeed(of)));
        Map<Conditions, List<ReportedCell>> groups = new LinkedHashMap<>();
        for (ReportedCell cell : cells) {
            groups.computeIfAbsent(
                            conditions(cell, perSeed.get(dataOf(cell))), key -> new ArrayList<>())
                    .add(cell);
        }
        List<Section> sections = new ArrayList<>();
        groups.forEach(
                (conditions, members) ->
                        sections.add(section(conditions, mark(conditions, groups), members, all)));
        return sections;
    }

    private static boolean started(ReportedCell cell) {
        return cell.state() != CellState.NOT_STARTED && !cell.fingerprint().isEmpty();
    }

    private static Conditions conditions(ReportedCell cell, boolean dataPerSeed) {
        return new Conditions(
                cell.environment(),
                cell.fingerprint(),
                cell.data().name(),
                dataPerSeed ? "" : cell.data().hash(),
                cell.track(),
                cell.protocol(),
                cell.equalBudgets()
                        ? cell.rounds() + " " + cell.lengthUnit() + ", batch " + cell.batch()
                        : "");
    }

    private static List<String> dataOf(ReportedCell cell) {
        return List.of(cell.environment(), cell.data().name());
    }

    private static Map<List<String>, List<ReportedCell>> byData(List<ReportedCell> cells) {
        return cells.stream().collect(Collectors.groupingBy(Sections::dataOf));
    }

    /** Whether data of one name differ between seeds, and between seeds only. */
    private static boolean onePerSeed(List<ReportedCell> cells) {
        Map<Long, TreeSet<String>> bySeed = new TreeMap<>();
        TreeSet<String> hashes = new TreeSet<>();
        for (ReportedCell cell : cells) {
            hashes.add(cell.data().hash());
            bySeed.computeIfAbsent(cell.seed(), key -> new TreeSet<>()).add(cell.data().hash());
        }
        return hashes.size() > 1 && bySeed.values().stream().allMatch(set -> set.size() == 1);
    }

    private Section section(
            Conditions conditions,
            String mark,
            List<ReportedCell> members,
            List<ReportedCell> all) {
        ReportedCell first = members.get(0);
        Optional<Reference> reference = references.find(first.environment(), first.ingredients());
        DataFacts data = conditions.datasetHash().isEmpty() ? dataOfSeveral(members) : first.data();
        SortedMap<String, String> published =
                reference.isPresent()
                        ? paper.of(Section.paperEnvironment(first.environment()), data.kind())
                        : new TreeMap<>();
        return new Section(
                mark.isEmpty()
                        ? conditions.environment()
                        : conditions.environment() + "[" + mark + "]",
                mark,
                conditions,
                data,
                lines(members, all),
                List.copyOf(members),
                reference,
                published);
    }

    /** What the data of several seeds have in common: the mean of their mean returns. */
    private static DataFacts dataOfSeveral(List<ReportedCell> cells) {
        Map<String, Double> means = new TreeMap<>();
        cells.forEach(cell -> means.put(cell.data().hash(), cell.data().returns().mean()));
        double mean = means.values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
        DataFacts first = cells.get(0).data();
        Spread returns = new Spread(mean, Double.NaN);
        return new DataFacts(first.name(), first.kind(), "", 0, 0, returns, Double.NaN);
    }

    /** What sets conditions apart from others of the same name. */
    private static String mark(Conditions own, Map<Conditions, List<ReportedCell>> groups) {
        TreeSet<String> parts = new TreeSet<>();
        for (Conditions other : groups.keySet()) {
            if (!own.sameName(other)) {
                continue;
            }
            if (!own.fingerprint().equals(other.fingerprint())) {
                parts.add("fingerprint " + shortened(own.fingerprint()));
            }
            if (!own.datasetHash().equals(other.datasetHash())) {
                parts.add("data " + shortened(own.datasetHash()));
            }
            parts.addAll(own.protocol().unlike(other.protocol()));
            if (!own.budget().equals(other.budget())) {
                parts.add(own.budget());
            }
        }
        return String.join("; ", parts);
    }

    static String shortened(String hash) {
        return hash.length() > 8 ? hash.substring(0, 8) : hash;
    }

    private List<ScoreLine> lines(List<ReportedCell> members, List<ReportedCell> all) {
        Map<List<Object>, List<ReportedCell>> groups = new LinkedHashMap<>();
        for (ReportedCell cell : members) {
            // On the paper track rounds and batch are an algorithm's own; on the equal one
            // constant.
            List<Object> key = List.of(cell.label(), cell.settings(), cell.rounds(), cell.batch());
            groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(cell);
        }
        // On all cores: a line's interval has a random stream of its own.
        return groups.values().parallelStream()
                .flatMap(group -> line(group, groups.values(), all).stream())
                .toList();
    }

    /** The finished cells of a group, one per seed; nothing without any. */
    private Optional<ScoreLine> line(
            List<ReportedCell> group,
            Collection<List<ReportedCell>> groups,
            List<ReportedCell> all) {
        Map<Long, ReportedCell> finished = new TreeMap<>();
        group.stream()
                .filter(cell -> cell.outcome().isPresent())
                .forEach(cell -> finished.putIfAbsent(cell.seed(), cell));
        return finished.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ScoreLine.of(
                                label(group.get(0), groups),
                                publications.form(group.get(0)),
                                planned(group, all),
                                List.copyOf(finished.values())));
    }

    /** The label, with the settings that tell it from other lines of the same label. */
    private static String label(ReportedCell cell, Iterable<List<ReportedCell>> groups) {
        TreeSet<String> differing = new TreeSet<>();
        for (List<ReportedCell> group : groups) {
            ReportedCell other = group.get(0);
            if (!other.label().equals(cell.label())) {
                continue;
            }
            TreeSet<String> keys = new TreeSet<>(cell.settings().keySet());
            keys.addAll(other.settings().keySet());
            for (String key : keys) {
                String ours = cell.settings().getOrDefault(key, "unset");
                if (!ours.equals(other.settings().getOrDefault(key, "unset"))) {
                    differing.add(key + "=" + ours);
                }
            }
            if (other.rounds() != cell.rounds() || other.batch() != cell.batch()) {
                differing.add("rounds=" + cell.rounds() + ",batch=" + cell.batch());
            }
        }
        return differing.isEmpty()
                ? cell.label()
                : cell.label() + differing.stream().collect(Collectors.joining(",", "{", "}"));
    }

    /** Distinct seeds of this line in the plan, started or not. */
    private static int planned(List<ReportedCell> group, List<ReportedCell> all) {
        ReportedCell first = group.get(0);
        TreeSet<Long> seeds = new TreeSet<>();
        group.forEach(cell -> seeds.add(cell.seed()));
        all.stream()
                .filter(cell -> cell.state() != CellState.FINISHED)
                .filter(cell -> cell.run().equals(first.run()))
                .filter(cell -> cell.label().equals(first.label()))
                .filter(cell -> cell.environment().equals(first.environment()))
                .filter(cell -> cell.data().name().equals(first.data().name()))
                .filter(cell -> cell.track().equals(first.track()))
                .forEach(cell -> seeds.add(cell.seed()));
        return seeds.size();
    }
}
