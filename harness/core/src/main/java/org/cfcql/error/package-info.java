/**
 * The closed family of failures and their exit codes.
 *
 * <p>Beside them: the orderly end of a process that a signal asks for.
 *
 * <p>Invariant: every message is one line of what was expected, what was found and what to do. This
 * package depends on nothing.
 */
package org.cfcql.error;
