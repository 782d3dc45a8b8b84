package org.cfcql.report.read;

/**
 * What a finished cell scored, in the environment's own unit.
 *
 * @param score the final evaluation
 * @param tail mean and deviation over the last evaluations along the way
 * @param tailEvaluations how many those are
 * @param best the best evaluation along the way; not a number where unknown
 */
public record Outcome(double score, Spread tail, int tailEvaluations, double best) {}
