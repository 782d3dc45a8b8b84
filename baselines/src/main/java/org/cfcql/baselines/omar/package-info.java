/**
 * OMAR: conservative values and policies that imitate a zeroth-order search for good actions.
 *
 * <p>Invariant: without the search it is ICQL.
 */
package org.cfcql.baselines.omar;
