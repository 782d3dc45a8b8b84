/**
 * A learner with everything that must be stored to continue it, the source of its minibatches, and
 * the training of models that cells share.
 *
 * <p>Invariants: whatever decides the next update is in the checkpoint; options of a run have no
 * influence on its numbers; a shared model is the same whichever cell trained it.
 */
package org.cfcql.run.training;
