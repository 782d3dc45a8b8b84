/**
 * Data that a cell makes for itself: play of its own policy, and the policies and buffers kept of
 * it, from which the benchmark's data are collected.
 *
 * <p>Invariants: what is played depends on seeds and position only, so that a continued cell plays
 * the same episodes; everything kept is written again with the same bytes when an evaluation is
 * repeated.
 */
package org.cfcql.run.play;
