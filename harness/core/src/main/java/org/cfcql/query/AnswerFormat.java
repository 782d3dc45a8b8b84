package org.cfcql.query;

/** Files that an answer can be written as. */
public enum AnswerFormat {
    /** Comma-separated values with a heading. */
    CSV("FORMAT csv, HEADER"),
    /** One array of objects. */
    JSON("FORMAT json, ARRAY true"),
    /** Apache Parquet, types included. */
    PARQUET("FORMAT parquet");

    private final String copyOptions;

    AnswerFormat(String copyOptions) {
        this.copyOptions = copyOptions;
    }

    String copyOptions() {
        return copyOptions;
    }
}
