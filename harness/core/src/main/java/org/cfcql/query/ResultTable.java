package org.cfcql.query;

import java.util.List;
import java.util.stream.Collectors;

/** The tables that a query may name. */
enum ResultTable {
    CELLS(
            "cells",
            "run VARCHAR",
            "cell VARCHAR",
            "state VARCHAR",
            "reason VARCHAR",
            "algorithm VARCHAR",
            "variant VARCHAR",
            "environment VARCHAR",
            "fingerprint VARCHAR",
            "dataset VARCHAR",
            "dataset_kind VARCHAR",
            "dataset_hash VARCHAR",
            "dataset_return DOUBLE",
            "seed BIGINT",
            "track VARCHAR",
            "scale DOUBLE",
            "rounds INTEGER",
            "batch INTEGER",
            "score DOUBLE",
            "normalised DOUBLE",
            "tail DOUBLE",
            "tail_deviation DOUBLE",
            "best DOUBLE",
            "final_return DOUBLE",
            "training_seconds DOUBLE",
            "settings JSON",
            "provenance JSON"),
    BUDGET(
            "budget",
            "run VARCHAR",
            "cell VARCHAR",
            "role VARCHAR",
            "granted BIGINT",
            "spent BIGINT"),
    EVALUATIONS(
            "evaluations",
            "run VARCHAR",
            "cell VARCHAR",
            "evaluation VARCHAR",
            "round INTEGER",
            "episode INTEGER",
            "episodes INTEGER",
            "score DOUBLE",
            "length INTEGER"),
    METRICS(
            "metrics",
            "run VARCHAR",
            "cell VARCHAR",
            "phase VARCHAR",
            "round INTEGER",
            "name VARCHAR",
            "value DOUBLE");

    private final String id;
    private final List<String> columns;

    ResultTable(String id, String... columns) {
        this.id = id;
        this.columns = List.of(columns);
    }

    /** As a query names it. */
    String id() {
        return id;
    }

    /** The statement that makes it, empty. */
    String definition() {
        return columns.stream().collect(Collectors.joining(", ", "CREATE TABLE " + id + " (", ")"));
    }
}
