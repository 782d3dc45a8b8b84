/**
 * The data that cells learn from, as far as a run has to know them: facts of a card, samplers of
 * minibatches, and what stands in place of a card where an algorithm plays for itself.
 *
 * <p>Invariants: facts come from a card, no data are read for them; a sampler's state is that of
 * its random stream; data that were changed since they were opened are an error, never a batch.
 */
package org.cfcql.run.dataset;
