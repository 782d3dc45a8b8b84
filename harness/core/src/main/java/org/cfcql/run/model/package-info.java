/**
 * Networks in files: policies to play with, and auxiliary models that cells of a run folder share.
 *
 * <p>Invariants: a file is there completely or not at all and says what it is, so that a network is
 * never filled with another's numbers; a policy holds at least one acting network; the identity of
 * a shared model names everything that decides its numbers.
 */
package org.cfcql.run.model;
