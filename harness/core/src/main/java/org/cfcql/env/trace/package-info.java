/**
 * Recorded battles replayed in an environment of today, field by field.
 *
 * <p>Invariants: every array of a recorded file is compared or named; a recorded row is never used
 * as a replayed one.
 */
package org.cfcql.env.trace;
