/**
 * Multi-agent decision transformer with knowledge distillation (MADTKD).
 *
 * <p>Invariants: a token sees tokens before it in its sequence only; the teacher's quantities are
 * constants for the student, and the student's for the teacher.
 */
package org.cfcql.baselines.madtkd;
