/**
 * What a user asks for: the YAML of an experiment, its sweeps, and the published lengths of the
 * benchmark's tasks.
 *
 * <p>Invariants: an experiment is read whole or refused, unknown keys and readings that differ
 * between readers of YAML included; nothing here opens data, an environment or a learner.
 */
package org.cfcql.run.experiment;
