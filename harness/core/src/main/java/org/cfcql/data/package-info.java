/**
 * Data sets on disk and the minibatches drawn from them.
 *
 * <p>Invariants: files are memory-mapped and never written after their card; the card is written
 * last; a card's hash covers every byte. Knows nothing of learners.
 */
package org.cfcql.data;
