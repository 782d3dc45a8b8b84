package org.cfcql.eval;

import java.util.List;
import java.util.stream.LongStream;
import org.cfcql.random.SeedTree;

/**
 * Seeds of evaluation episodes: equal for all algorithms of one cell seed, different between
 * evaluations, environments and cell seeds (docs/architecture.md, Randomness).
 *
 * @param cellSeed seed of the cell
 * @param environmentId canonical environment id
 * @param startStates where episodes start
 */
public record EvaluationSeeds(long cellSeed, String environmentId, StartStates startStates) {
    private static final String FINAL = "final";
    private static final int FIXED_STARTS = 10;

    /** The values of {@code eval.startStates}. */
    public enum StartStates {
        /** Each episode of each evaluation from a seed of its own. */
        INDEPENDENT,
        /** The same ten seeds in every evaluation, as the published code does. */
        FIXED10
    }

    /** Seeds of the k-th evaluation along the way. */
    public List<Long> evaluation(long index, int episodes) {
        return seeds(root().child(index), episodes);
    }

    /** Seeds of the final evaluation. */
    public List<Long> finalEvaluation(int episodes) {
        return seeds(root().child(FINAL), episodes);
    }

    private SeedTree root() {
        return new SeedTree(cellSeed).child("evaluation").child(environmentId);
    }

    private List<Long> seeds(SeedTree fresh, int episodes) {
        return LongStream.range(0, episodes)
                .map(
                        episode ->
                                startStates == StartStates.INDEPENDENT
                                        ? fresh.child(episode).seed()
                                        : root().child(episode % FIXED_STARTS).seed())
                .boxed()
                .toList();
    }
}
