/**
 * Looks at data sets: whether every array is what its card says, and what they hold.
 *
 * <p>Invariants: reads and never repairs; a file counts as checked only while its size and its time
 * are those of the check.
 */
package org.cfcql.data.check;
