package org.cfcql.report.read;

/**
 * One evaluation of one cell.
 *
 * @param round rounds of training before it
 * @param environmentSteps steps of its own play before it; not a number for stored data
 * @param score mean score of its episodes
 * @param last whether it is the final evaluation
 */
public record CurvePoint(int round, double environmentSteps, double score, boolean last) {}
