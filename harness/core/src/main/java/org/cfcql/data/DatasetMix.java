package org.cfcql.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.UserError;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;

/**
 * Half of one data set and half of another, the episodes of the same random numbers of both (spec
 * 5.1): as the paper's mixed data are made of medium and expert.
 *
 * @param first its half comes first
 * @param second of the same environment
 */
public record DatasetMix(Dataset first, Dataset second) {
    /**
     * Checks that both come from one environment.
     *
     * @throws UserError naming what differs
     */
    public DatasetMix {
        TaskCard one = first.card().task();
        TaskCard other = second.card().task();
        if (!one.equals(other)) {
            throw new UserError(
                    "expected data sets of one environment with equal options and fingerprints,"
                            + " found %s %s %s in %s and %s %s %s in %s"
                                    .formatted(
                                            one.environment(),
                                            one.options(),
                                            one.fingerprint(),
                                            first.folder(),
                                            other.environment(),
                                            other.options(),
                                            other.fingerprint(),
                                            second.folder()));
        }
        if (first.card().separateNext() || second.card().separateNext()) {
            throw new UserError(
                    "expected data sets whose next observation is the next row, found one that"
                            + " stores them apart; it cannot be mixed");
        }
    }

    /**
     * Writes the mix.
     *
     * @param episodes how many in all, an even number of at most twice the smaller set
     * @param seed of the choice
     * @param made who makes it; notes about the sources are added
     * @throws UserError if there are too few episodes
     */
    public DatasetCard write(Path target, int episodes, long seed, Provenance made) {
        int half = episodes / 2;
        int available = Math.min(first.episodes(), second.episodes());
        if (episodes < 2 || episodes % 2 != 0 || half > available) {
            throw new UserError(
                    "expected an even number of episodes from 2 to "
                            + 2L * available
                            + ", found "
                            + episodes);
        }
        RandomStream stream = new SeedTree(seed).child("mix").stream();
        int[] numbers = new DistinctIndices(available, half).next(stream).clone();
        Arrays.sort(numbers);
        TaskCard task = first.card().task();
        try (DatasetWriter writer = DatasetWriter.create(target, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (Dataset source : List.of(first, second)) {
                for (int number : numbers) {
                    episode.fill(source, number);
                    writer.append(episode);
                }
            }
            return writer.finish("mixed", noted(made, half));
        }
    }

    private Provenance noted(Provenance made, int half) {
        SortedMap<String, String> notes = new TreeMap<>(made.notes());
        notes.put("episodesOfEach", String.valueOf(half));
        notes.put("firstKind", first.card().kind());
        notes.put("firstHash", first.card().hash());
        notes.put("secondKind", second.card().kind());
        notes.put("secondHash", second.card().hash());
        return new Provenance(
                made.by(),
                first.card().kind() + " and " + second.card().kind(),
                made.noise(),
                made.seed(),
                made.command(),
                made.harnessVersion(),
                notes);
    }
}
