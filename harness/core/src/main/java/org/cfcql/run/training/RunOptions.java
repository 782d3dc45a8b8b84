package org.cfcql.run.training;

import java.time.Duration;
import org.cfcql.run.storage.WritePoints;

/**
 * How a cell is run, without influence on its numbers.
 *
 * @param stop wish to stop
 * @param progress hears how far it is
 * @param checkpointEvery longest time between checkpoints; there is one at each evaluation anyway
 * @param writePoints told of each change on disk
 */
public record RunOptions(
        StopSignal stop, CellProgress progress, Duration checkpointEvery, WritePoints writePoints) {
    /** The usual ones. */
    public RunOptions(StopSignal stop, CellProgress progress) {
        this(stop, progress, Duration.ofMinutes(5), WritePoints.SILENT);
    }
}
