package org.cfcql.report.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.cfcql.report.read.ReportedCell;

/** What a reader must know before comparing numbers. */
final class Warnings {
    private static final int FEW_SEEDS = 3;

    /** Provenance that may change numbers although it is no part of a section's conditions. */
    private static final List<String> MACHINERY =
            List.of(
                    "harnessVersion",
                    "gitCommit",
                    "libtorch",
                    "nativeKernels",
                    "device",
                    "precision");

    private Warnings() {}

    static List<String> of(List<ReportedCell> cells, List<Section> sections) {
        List<String> warnings = new ArrayList<>();
        long open = cells.stream().filter(cell -> cell.outcome().isEmpty()).count();
        if (open > 0) {
            warnings.add(
                    open + " of " + cells.size() + " cells have no result; they are listed below.");
        }
        unlike("tracks", sections, section -> section.conditions().track().label(), warnings);
        if (sections.stream().anyMatch(section -> !section.conditions().track().scale().isFull())) {
            warnings.add(
                    "A track named with a scale granted all algorithms alike that share of the"
                            + " experiment's budget, auxiliary models included.");
        }
        for (Section section : sections) {
            if (!section.mark().isEmpty()) {
                warnings.add(section.title() + ": kept apart from other runs of the same name.");
            }
            ofSection(section, warnings);
        }
        repeated(cells, warnings);
        return warnings;
    }

    private static void unlike(
            String what,
            List<Section> sections,
            Function<Section, String> key,
            List<String> warnings) {
        TreeSet<String> values = new TreeSet<>(sections.stream().map(key).toList());
        if (values.size() > 1) {
            warnings.add(
                    "The runs have several "
                            + what
                            + " ("
                            + String.join(", ", values)
                            + "); each has its own tables.");
        }
    }

    private static void ofSection(Section section, List<String> warnings) {
        String where = section.title() + ": ";
        List<ReportedCell> finished =
                section.lines().stream().flatMap(line -> line.cells().stream()).toList();
        TreeSet<String> seeds =
                new TreeSet<>(section.lines().stream().map(ScoreLine::seeds).toList());
        if (seeds.size() > 1) {
            warnings.add(
                    where
                            + "the lines rest on different seeds ("
                            + String.join(" | ", seeds)
                            + ").");
        }
        if (section.lines().stream().anyMatch(line -> line.cells().size() < FEW_SEEDS)) {
            warnings.add(where + "fewer than three seeds; deviations and intervals say little.");
        }
        if (section.conditions().datasetHash().isEmpty() && !finished.isEmpty()) {
            warnings.add(where + "each seed has data of its own, as in the paper.");
        }
        for (String key : MACHINERY) {
            TreeSet<String> values = new TreeSet<>();
            finished.forEach(cell -> values.add(cell.provenance().getOrDefault(key, "unknown")));
            if (values.size() > 1) {
                warnings.add(
                        where + "runs differ in " + key + ": " + String.join(", ", values) + ".");
            }
        }
        if (finished.stream().anyMatch(cell -> "true".equals(cell.provenance().get("gitDirty")))) {
            warnings.add(where + "made from sources with uncommitted changes.");
        }
        finished.stream()
                .filter(cell -> !cell.continuations().isEmpty())
                .forEach(
                        cell ->
                                warnings.add(
                                        where
                                                + cell.id()
                                                + " was continued on another machine, build or"
                                                + " kernel set: "
                                                + String.join("; ", cell.continuations())
                                                + "."));
        TreeSet<String> outside = new TreeSet<>();
        finished.stream()
                .filter(ReportedCell::outside)
                .forEach(cell -> outside.add(cell.algorithm()));
        outside.forEach(
                algorithm ->
                        warnings.add(
                                where
                                        + algorithm
                                        + " comes from outside, steps declared: a process of its"
                                        + " own, whose optimiser steps nobody meters."));
        differentGrants(section, where, warnings);
    }

    private static void differentGrants(Section section, String where, List<String> warnings) {
        if (!section.conditions().track().grantsEqually()) {
            return;
        }
        TreeSet<String> grants = new TreeSet<>();
        section.lines()
                .forEach(
                        line -> {
                            SortedMap<String, Long> own =
                                    new TreeMap<>(line.cells().get(0).granted());
                            own.keySet().removeIf(role -> role.startsWith("AUXILIARY"));
                            grants.add(own.toString());
                        });
        if (grants.size() > 1) {
            warnings.add(where + "budgets differ: " + String.join(" | ", grants) + ".");
        }
    }

    private static void repeated(List<ReportedCell> cells, List<String> warnings) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        cells.stream()
                .filter(cell -> cell.outcome().isPresent())
                .forEach(cell -> counts.merge(cell.id(), 1, Integer::sum));
        counts.forEach(
                (id, count) -> {
                    if (count > 1) {
                        warnings.add(
                                id
                                        + " is in several run folders; of equal settings and seeds"
                                        + " the first counts.");
                    }
                });
    }
}
