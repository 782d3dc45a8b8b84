package org.cfcql.run.dataset;

import org.cfcql.env.ActionSpace;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.learn.Branch;
import org.cfcql.learn.TaskShape;

/** What stands in the place of a data set's card where an algorithm plays for its own data. */
public final class OwnPlay {
    /** Name of the data where a data set's would stand. */
    public static final String NAME = "online";

    private OwnPlay() {}

    /** What is known before the first episode is played. */
    public static DatasetFacts facts(EnvironmentSpec spec) {
        TaskShape task =
                new TaskShape(
                        spec.id(),
                        NAME,
                        spec.agents().size(),
                        spec.observationSize(),
                        spec.stateSize(),
                        spec.actionSpace(),
                        spec.episodeLimit());
        return new DatasetFacts(task, spec.fingerprint(), "", 0, 0, 0, 0);
    }

    /**
     * Sizes to check settings and to reckon times with before the environment is opened: those of
     * cooperative navigation, or of the battle 2s3z.
     */
    public static DatasetFacts reckoned(String environment, Branch branch) {
        TaskShape task =
                branch == Branch.DISCRETE
                        ? new TaskShape(
                                environment, NAME, 5, 80, 120, new ActionSpace.Discrete(11), 120)
                        : new TaskShape(
                                environment, NAME, 3, 18, 54, new ActionSpace.Box(2, -1, 1), 25);
        return new DatasetFacts(task, "", "", 0, 0, 0, 0);
    }
}
