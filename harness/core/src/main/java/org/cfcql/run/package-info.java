/**
 * What happens before a matrix runs: an experiment is checked whole, its time, memory and disk are
 * reckoned. The rooms below hold the run itself, each knowing only those before it: {@code
 * storage}, {@code experiment}, {@code dataset}, {@code plan}, {@code model}, {@code folder},
 * {@code training}, {@code play}, {@code cell}.
 *
 * <p>Invariants: an experiment is validated whole before data or an environment is opened, and what
 * it refuses costs no training; no room knows one above it.
 */
package org.cfcql.run;
