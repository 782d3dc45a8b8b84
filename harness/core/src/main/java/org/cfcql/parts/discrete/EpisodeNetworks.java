package org.cfcql.parts.discrete;

import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.RecurrentNetwork;

/** Networks of tasks with numbered actions, from the seeds of their names. */
public final class EpisodeNetworks {
    private EpisodeNetworks() {}

    /**
     * The shared recurrent network of a task. Two calls with one name give the same numbers: that
     * makes targets exact copies.
     */
    public static RecurrentNetwork recurrent(
            TaskShape task, int hidden, String name, LearnerContext context) {
        return new RecurrentNetwork(
                initial(name, context),
                task.observationSize(),
                task.actionSpace().size(),
                task.agents(),
                hidden);
    }

    /** The stream of initial parameters of a name, from its beginning. */
    public static Initialisation initial(String name, LearnerContext context) {
        return new Initialisation(context.compute(), context.initialisation().child(name).stream());
    }
}
