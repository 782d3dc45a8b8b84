/**
 * The conservative term of a continuous critic (Eq. 7; spec 2.3): the actions it looks at, its
 * keys, its value and gradients, for CFCQL, MACQL and the critics of single agents.
 *
 * <p>Invariant: the plain LibTorch path is the oracle of the compiled kernel.
 */
package org.cfcql.parts.penalty;
