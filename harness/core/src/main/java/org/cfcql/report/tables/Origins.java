package org.cfcql.report.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.DataFacts;
import org.cfcql.report.read.ReportedCell;

/** What runs were made from: the cards of their data and the fingerprints of environments. */
public final class Origins {
    private Origins() {}

    /** A row per content of data. */
    public static ReportTable data(Report report) {
        Map<String, DataFacts> cards = new LinkedHashMap<>();
        Map<String, TreeSet<String>> usedOn = new LinkedHashMap<>();
        for (ReportedCell cell : report.cells()) {
            String key = cell.data().name() + " " + cell.data().hash();
            cards.putIfAbsent(key, cell.data());
            usedOn.computeIfAbsent(key, name -> new TreeSet<>()).add(cell.environment());
        }
        Numbers numbers = new Numbers(2);
        List<List<String>> rows = new ArrayList<>();
        cards.forEach(
                (key, card) ->
                        rows.add(
                                List.of(
                                        card.name(),
                                        card.kind(),
                                        String.join(", ", usedOn.get(key)),
                                        count(card.episodes()),
                                        count(card.transitions()),
                                        numbers.text(card.returns()),
                                        numbers.text(card.policyScore()),
                                        card.hash().isEmpty() ? Numbers.NONE : card.hash())));
        return new ReportTable(
                "Data",
                List.of(
                        "data",
                        "kind",
                        "used on",
                        "episodes",
                        "transitions",
                        "mean return",
                        "score of its policy",
                        "hash of the content"),
                rows,
                0,
                List.of("Mean return ± deviation over episodes, as the card of the data says."));
    }

    /** A row per fingerprint. */
    public static ReportTable environments(Report report) {
        Map<List<String>, List<ReportedCell>> byPrint =
                report.cells().stream()
                        .filter(cell -> !cell.fingerprint().isEmpty())
                        .collect(
                                Collectors.groupingBy(
                                        cell -> List.of(cell.environment(), cell.fingerprint()),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        List<List<String>> rows = new ArrayList<>();
        byPrint.forEach(
                (print, cells) ->
                        rows.add(
                                List.of(
                                        print.get(0),
                                        print.get(1),
                                        String.valueOf(cells.size()),
                                        ingredients(cells.get(0)))));
        return new ReportTable(
                "Environments and their fingerprints",
                List.of("environment", "fingerprint", "cells", "made of"),
                rows,
                0,
                List.of("Everything that can change an environment's numbers is in its print."));
    }

    private static String count(long value) {
        return value == 0 ? Numbers.NONE : Numbers.count(value);
    }

    private static String ingredients(ReportedCell cell) {
        return cell.ingredients().entrySet().stream()
                .map(part -> part.getKey() + " " + part.getValue())
                .collect(Collectors.joining(", "));
    }
}
