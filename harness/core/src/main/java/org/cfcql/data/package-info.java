/**
 * Data sets on disk: their cards, their arrays, and how they are written.
 *
 * <p>Invariants: files are memory-mapped and never written after their card; the card is written
 * last; a card's hash covers every byte. Knows nothing of learners, and of the rooms below {@code
 * data} the arrays' format only.
 */
package org.cfcql.data;
