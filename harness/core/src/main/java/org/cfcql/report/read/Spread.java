package org.cfcql.report.read;

/**
 * A mean and a deviation.
 *
 * @param mean arithmetic mean
 * @param deviation sample deviation; not a number where unknown
 */
public record Spread(double mean, double deviation) {}
