/**
 * How long an update takes, where the time goes, and how far that is from the arithmetic that
 * cannot be avoided.
 *
 * <p>Invariants: the floor is measured in the same process, thread count and minute as the update;
 * phases add up to the update's time.
 */
package org.cfcql.perf;
