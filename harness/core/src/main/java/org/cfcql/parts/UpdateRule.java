package org.cfcql.parts;

/**
 * What an algorithm does with a batch.
 *
 * @param <B> what it sees of the batch
 */
@FunctionalInterface
public interface UpdateRule<B> {
    /**
     * One update; temporaries belong to the caller's scope.
     *
     * @param batch transitions, or the rows of episodes
     * @param full whether the policies move too, else the critics only
     */
    void update(B batch, boolean full);
}
