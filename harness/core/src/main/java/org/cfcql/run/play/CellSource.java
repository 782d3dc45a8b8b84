package org.cfcql.run.play;

import java.util.Map;
import java.util.Optional;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Settings;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.training.CellData;
import org.cfcql.run.training.Services;

/** Where the minibatches of a cell come from: a data set, or its own play. */
public final class CellSource {
    private CellSource() {}

    /**
     * Data of a cell at its beginning or at a checkpoint.
     *
     * @param harnessVersion written into the data sets that are kept of the play
     * @param played where a cell without data set is evaluated, and in the continuous branch plays;
     *     not closed by the data
     * @param lengths lengths of the checkpoint's files
     * @throws org.cfcql.error.UserError for a key of the play that is out of range
     */
    public static CellData open(
            Cell cell,
            CellFolder folder,
            String harnessVersion,
            Settings settings,
            Services services,
            Optional<VectorEnvironment> played,
            Map<String, Long> lengths) {
        if (!cell.online()) {
            return CellData.Stored.of(cell, services.datasets());
        }
        VectorEnvironment environment = played.orElseThrow();
        if (cell.branch() == Branch.DISCRETE) {
            return new EpisodePlay(
                    cell,
                    folder,
                    harnessVersion,
                    EpisodePlaySettings.read(settings, cell.environment().id()),
                    services,
                    environment,
                    lengths);
        }
        return new OnlinePlay(
                cell,
                folder,
                harnessVersion,
                OnlineSettings.read(settings, cell.environment().id()),
                environment,
                lengths);
    }
}
