/**
 * What comes from outside the repository: folders that hold jars with algorithms and Python files
 * with environments.
 *
 * <p>Invariants: nothing of a jar runs before its content is hashed; a jar sees the harness and
 * itself, not the other jars; whatever is wrong with one is a line that names it. This package
 * knows errors only.
 */
package org.cfcql.plugin;
