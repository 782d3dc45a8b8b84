package org.cfcql.perf;

import java.util.Map;
import java.util.Optional;
import org.cfcql.learn.Algorithm;

/**
 * An algorithm that {@code cfcql perf} measures without being asked by name, because it knows which
 * arithmetic its updates cannot avoid.
 */
public interface MeasuredAlgorithm extends Algorithm {
    /** Unavoidable arithmetic of a round of continuous actions; empty if it is not measured. */
    default Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.empty();
    }

    /** Unavoidable arithmetic of an update with numbered actions; empty if it is not measured. */
    default Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.empty();
    }

    /** Keys of the algorithm that differ from their defaults where it is measured. */
    default Map<String, Object> measuredSettings(TaskSizes task) {
        return Map.of();
    }
}
