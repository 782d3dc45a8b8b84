package org.cfcql.collect;

/** How much to collect. */
public sealed interface Goal {
    /** Whether episodes {@code 0 .. episodes - 1} with so many transitions are enough. */
    boolean isReached(int episodes, long transitions);

    /** Whether the episode of this index can be part of the result. */
    boolean wants(int index);

    /**
     * So many episodes.
     *
     * @param count at least 1
     */
    record Episodes(int count) implements Goal {
        @Override
        public boolean isReached(int episodes, long transitions) {
            return episodes >= count;
        }

        @Override
        public boolean wants(int index) {
            return index < count;
        }
    }

    /**
     * Whole episodes until there are so many transitions.
     *
     * @param count at least 1
     */
    record Transitions(long count) implements Goal {
        @Override
        public boolean isReached(int episodes, long transitions) {
            return transitions >= count;
        }

        @Override
        public boolean wants(int index) {
            return true;
        }
    }

    /**
     * A goal for the episodes that a condition lets through: any index may be one of them.
     *
     * @param wanted what is to be reached with them
     */
    record Filtered(Goal wanted) implements Goal {
        @Override
        public boolean isReached(int episodes, long transitions) {
            return wanted.isReached(episodes, transitions);
        }

        @Override
        public boolean wants(int index) {
            return true;
        }
    }
}
