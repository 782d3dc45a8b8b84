package org.cfcql.baselines.independent;

import java.util.ArrayList;
import java.util.List;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.parts.continuous.CriticPerActor;

/** The rounds of independent learners (spec 3.5). */
public final class IndependentRounds {
    private static final int PUBLISHED = 1;

    private IndependentRounds() {}

    /**
     * Equal track: the round of all algorithms, every agent learning from each batch. Paper: each
     * agent in turn, on batches of its own; the targets follow last. Key {@code criticPerActor}:
     * critic updates per policy update, 5 and 1.
     */
    public static Schedule of(int agents, Settings settings, Track track) {
        int critics = CriticPerActor.read(settings, track, PUBLISHED);
        return track == Track.EQUAL ? Schedule.fullThenCritic(critics) : inTurn(agents, critics);
    }

    /** Each agent in turn: its critic and policy together, then its critic alone. */
    public static Schedule inTurn(int agents, int critics) {
        List<UpdateStep> steps = new ArrayList<>();
        for (int agent = 0; agent < agents; agent++) {
            for (int update = 0; update < critics; update++) {
                UpdateStep.Kind kind = update == 0 ? UpdateStep.Kind.FULL : UpdateStep.Kind.CRITIC;
                boolean last = agent == agents - 1 && update == critics - 1;
                steps.add(new UpdateStep(kind, agent, last));
            }
        }
        return new Schedule(steps);
    }
}
