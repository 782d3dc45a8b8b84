package org.cfcql.perf;

import org.cfcql.learn.TaskShape;

/** The sizes of a measurement. */
public sealed interface TaskSizes permits ContinuousSizes, DiscreteSizes {
    /** Task as it stands in a case's name. */
    String name();

    /** What a learner is built for. */
    TaskShape shape();
}
