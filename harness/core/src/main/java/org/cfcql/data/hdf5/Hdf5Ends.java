package org.cfcql.data.hdf5;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.UserError;

/**
 * Lengths and ends of the episodes of an HDF5 file, from {@code filled} and {@code terminated}.
 *
 * <p>An episode of L steps fills slots 0 to L and is terminated in slot L - 1. Where every episode
 * is, the limit terminates too: episodes of the full length are stored as truncations of a task
 * whose limit is terminal. Where an episode runs into the limit without it, only what is marked has
 * terminated, and learners go on from the last slot of the others.
 *
 * @param lengths steps of each episode
 * @param terminated episodes that ended by the task's rules
 * @param truncated episodes cut from outside
 * @param timeoutKind what learners make of the limit
 */
record Hdf5Ends(int[] lengths, BitSet terminated, BitSet truncated, TimeoutKind timeoutKind) {
    private static final Set<Hdf5Field> FLAGS = EnumSet.of(Hdf5Field.FILLED, Hdf5Field.TERMINATED);

    /**
     * Reads and checks the flags of all episodes.
     *
     * @param bootstraps whether the task is known to go on after its limit
     * @throws UserError if they are not as above; names the episode
     */
    static Hdf5Ends read(Hdf5Source source, Optional<Hdf5Origin> origin, boolean bootstraps) {
        EpisodeShape shape = source.shape();
        int[] lengths = new int[shape.episodes()];
        BitSet marked = new BitSet();
        source.rewind();
        for (int episode = 0; episode < lengths.length; episode++) {
            source.load(episode, FLAGS);
            lengths[episode] = length(source, episode);
            marked.set(episode, isMarked(source, episode, lengths[episode]));
        }
        source.rewind();
        Hdf5Ends guessed = guess(lengths, marked, shape.episodeLimit(), bootstraps);
        if (origin.isEmpty()) {
            return guessed;
        }
        TimeoutKind kind = origin.get().task().timeoutKind();
        if (!origin.get().tellsEndsOf(lengths.length)) {
            return new Hdf5Ends(lengths, guessed.terminated, guessed.truncated, kind);
        }
        Hdf5Ends told =
                new Hdf5Ends(
                        lengths,
                        origin.get().terminatedEpisodes(),
                        origin.get().truncatedEpisodes(),
                        kind);
        told.requireAgreement(source, marked);
        return told;
    }

    private static Hdf5Ends guess(int[] lengths, BitSet marked, int limit, boolean bootstraps) {
        BitSet terminated = (BitSet) marked.clone();
        BitSet truncated = new BitSet();
        boolean limitEnds = marked.cardinality() == lengths.length && !bootstraps;
        for (int episode = 0; episode < lengths.length; episode++) {
            boolean full = lengths[episode] == limit;
            truncated.set(episode, !marked.get(episode) || full && limitEnds);
            terminated.set(episode, marked.get(episode) && !(full && limitEnds));
        }
        TimeoutKind kind = limitEnds ? TimeoutKind.TERMINAL : TimeoutKind.TRUNCATION;
        return new Hdf5Ends(
                lengths, terminated, truncated, bootstraps ? TimeoutKind.BOOTSTRAP : kind);
    }

    private static int length(Hdf5Source source, int episode) {
        int slots = 0;
        for (int slot = 0; slot < source.shape().slots(); slot++) {
            boolean filled = flag(source, Hdf5Field.FILLED, episode, slot);
            if (filled && slots < slot) {
                throw new UserError(
                        "%s: expected 'filled' of episode %d to be 1 without a gap, found 0 in slot"
                                        .formatted(source.path(), episode)
                                + " %d and 1 in slot %d; nothing was imported"
                                        .formatted(slots, slot));
            }
            slots += filled ? 1 : 0;
        }
        if (slots < 2) {
            throw new UserError(
                    "%s: expected two filled slots or more in episode %d, a step and the one after"
                                    .formatted(source.path(), episode)
                            + " it, found %d; nothing was imported".formatted(slots));
        }
        return slots - 1;
    }

    /** Whether the last step is terminated; nowhere else may the flag stand. */
    private static boolean isMarked(Hdf5Source source, int episode, int length) {
        boolean marked = false;
        for (int slot = 0; slot <= length; slot++) {
            if (flag(source, Hdf5Field.TERMINATED, episode, slot)) {
                marked = true;
                if (slot != length - 1) {
                    throw new UserError(
                            "%s: expected 'terminated' of episode %d in slot %d, the one before its"
                                            .formatted(source.path(), episode, length - 1)
                                    + " last filled one, found it in slot %d; nothing was imported"
                                            .formatted(slot));
                }
            }
        }
        if (!marked && length < source.shape().episodeLimit()) {
            throw new UserError(
                    "%s: expected episode %d, which fills %d of %d slots, to be terminated in slot"
                                    .formatted(
                                            source.path(),
                                            episode,
                                            length + 1,
                                            source.shape().slots())
                            + " %d, found it nowhere; nothing was imported".formatted(length - 1));
        }
        return marked;
    }

    private static boolean flag(Hdf5Source source, Hdf5Field field, int episode, int slot) {
        double value = source.value(field, episode, slot, 0);
        if (value != 0 && value != 1) {
            throw new UserError(
                    "%s: expected 0 or 1 in '%s' of episode %d slot %d, found %s; nothing was"
                                    .formatted(source.path(), field.key(), episode, slot, value)
                            + " imported");
        }
        return value == 1;
    }

    private void requireAgreement(Hdf5Source source, BitSet marked) {
        for (int episode = 0; episode < lengths.length; episode++) {
            boolean done =
                    terminated.get(episode)
                            || timeoutKind == TimeoutKind.TERMINAL && truncated.get(episode);
            boolean ended = terminated.get(episode) || truncated.get(episode);
            if (done != marked.get(episode) || !ended) {
                throw new UserError(
                        "%s: expected 'terminated' of episode %d as the attribute '%s' says, found"
                                        .formatted(source.path(), episode, Hdf5Origin.ATTRIBUTE)
                                + " another end; remove the attribute if the file was changed");
            }
        }
    }
}
