package org.cfcql.outcome;

/**
 * What a rule found wrong.
 *
 * @param cell id of the cell; empty where it is of the whole run
 * @param rule the rule
 * @param text expected and found, one line
 */
public record Finding(String cell, CheckRule rule, String text) {}
