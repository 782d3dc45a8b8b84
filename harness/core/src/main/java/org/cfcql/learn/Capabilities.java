package org.cfcql.learn;

import java.util.Set;

/**
 * What an algorithm can do, checked before any data or environment is opened.
 *
 * @param branches branches it is defined for
 * @param online it learns from interaction and makes data; it is not part of comparisons
 */
public record Capabilities(Set<Branch> branches, boolean online) {}
