/**
 * Arrays in NumPy's npy format.
 *
 * <p>Invariants: a file is mapped, not read; its header and its length agree before a number is
 * used; nothing of NumPy's that can run code is understood. Knows nothing of data sets.
 */
package org.cfcql.data.npy;
