/**
 * Tables and figures of a report, in one form for all writers.
 *
 * <p>Invariants: a table's numbers come from one section; a number that is not known is a dash.
 */
package org.cfcql.report.tables;
