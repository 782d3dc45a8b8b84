package org.cfcql.stats;

/**
 * An estimate with its 95 % percentile bootstrap interval.
 *
 * @param point the statistic of the data
 * @param low95 2.5 % quantile of the statistic over resamples
 * @param high95 97.5 % quantile of the statistic over resamples
 */
public record Interval(double point, double low95, double high95) {}
