package org.cfcql.run.plan;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.cfcql.budget.Budget;
import org.cfcql.budget.Role;
import org.cfcql.error.UserError;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;

/** Turns the length of an experiment into units per role (docs/architecture.md, Tracks). */
public final class GrantedBudget {
    private GrantedBudget() {}

    /**
     * The grants of a cell.
     *
     * <p>On the equal track they follow from the experiment alone, so they are the same for every
     * algorithm; on the paper track they are what the algorithm's published round takes, at most
     * where its updates loop over time. A batch is granted per update.
     *
     * @param pretraining auxiliary models the algorithm declares, a batch per update
     * @throws UserError if a round of the algorithm takes more than the equal track grants
     */
    public static Budget of(Cell cell, Schedule schedule, List<PretrainingPlan> pretraining) {
        long auxiliary = pretraining.stream().mapToLong(PretrainingPlan::updates).sum();
        long refreshes = schedule.refreshes().in(cell.length().rounds());
        long updates = schedule.steps().size();
        long full =
                schedule.steps().stream()
                        .filter(step -> step.kind() == UpdateStep.Kind.FULL)
                        .count();
        long critics = updates * schedule.criticSteps();
        long batches = updates;
        if (cell.track() == Track.EQUAL) {
            requireWithin(cell, updates, full);
            requireNoInnerLoop(cell, critics);
            critics = cell.length().criticPerActor();
            batches = cell.length().criticPerActor();
            full = 1;
        }
        Map<Role, Long> grants = new EnumMap<>(Role.class);
        grants.put(Role.CRITIC, critics * cell.length().rounds());
        grants.put(Role.ACTOR, full * cell.length().rounds());
        grants.put(Role.AUXILIARY, auxiliary + refreshes);
        grants.put(Role.BATCH, batches * cell.length().rounds());
        grants.put(Role.AUXILIARY_BATCH, auxiliary);
        return new Budget(grants);
    }

    private static void requireWithin(Cell cell, long updates, long full) {
        if (updates > cell.length().criticPerActor() || full > 1) {
            throw new UserError(
                    "expected at most "
                            + cell.length().criticPerActor()
                            + " updates per round, one of them of the actors, on the equal track,"
                            + " found "
                            + updates
                            + " and "
                            + full
                            + " of "
                            + cell.algorithm()
                            + "; raise budget.criticPerActor or use track paper");
        }
    }

    private static void requireNoInnerLoop(Cell cell, long critics) {
        if (critics > cell.length().criticPerActor()) {
            throw new UserError(
                    "expected at most "
                            + cell.length().criticPerActor()
                            + " critic steps per round on the equal track, found up to "
                            + critics
                            + " of "
                            + cell.algorithm()
                            + ", one per time index; set innerTimeLoop: single or use track paper");
        }
    }
}
