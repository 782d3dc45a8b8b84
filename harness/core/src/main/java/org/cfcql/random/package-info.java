/**
 * Named random streams: a seed tree and a counter-based generator.
 *
 * <p>Invariants: there is no global generator; the same path of names gives the same numbers on
 * every machine; a stream's whole state is two numbers. Depends on nothing.
 */
package org.cfcql.random;
