/**
 * The command line: one class per command, and the wiring of core with processes and terminals.
 *
 * <p>Invariants: a command's failure is one line and a documented exit code; with {@code --json}
 * standard output holds JSON only; algorithms are found at run time and never named here.
 */
package org.cfcql.cli;
