/**
 * Data sets from and to the layouts of other projects, by the Python package {@code cfcql_data} in
 * a process of its own.
 *
 * <p>Invariants: what the process wrote is verified before it gets its name; a data set or file is
 * there whole or not at all; the wait for the process is bounded, and neither it nor its children
 * outlive the command.
 */
package org.cfcql.data.foreign;
