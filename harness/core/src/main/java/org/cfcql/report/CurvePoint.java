package org.cfcql.report;

/**
 * One evaluation of one cell.
 *
 * @param round rounds of training before it
 * @param score mean score of its episodes
 * @param last whether it is the final evaluation
 */
public record CurvePoint(int round, double score, boolean last) {}
