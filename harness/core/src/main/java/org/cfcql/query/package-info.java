/**
 * Questions to results in SQL: run folders as tables of an in-process DuckDB.
 *
 * <p>Invariants: reads what {@code org.cfcql.report.read} reads, with the same checks, so a result
 * that a report refuses is not in a table either; writes nothing into run folders; what is not
 * known is NULL, never 0.
 */
package org.cfcql.query;
