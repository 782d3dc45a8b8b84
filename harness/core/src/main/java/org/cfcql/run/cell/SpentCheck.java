package org.cfcql.run.cell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.error.UserError;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.UpdateStep;
import org.cfcql.run.folder.CheckpointState.Position;

/**
 * What a ledger must say at a position: the other half of enforced budgets, so that neither a
 * learner that skipped updates nor a damaged counter ends as a result.
 *
 * @param schedule the algorithm's round
 * @param pretraining its auxiliary models, in order
 * @param charged roles that the learner's optimisers are charged to
 */
record SpentCheck(Schedule schedule, List<PretrainingPlan> pretraining, Set<Role> charged) {
    /**
     * The first role whose count does not fit.
     *
     * <p>A role that an algorithm has no optimiser for stays at 0; every other one is spent at each
     * update of its kind. Updates that loop over time spend on the critic what the batch's length
     * asks for, within the grant.
     *
     * @return one line of what was expected and found; empty if all fit
     */
    Optional<String> problem(Position position, BudgetLedger ledger) {
        long rounds = position.round();
        long updates = schedule.steps().size() * rounds;
        long full =
                schedule.steps().stream()
                                .filter(step -> step.kind() == UpdateStep.Kind.FULL)
                                .count()
                        * rounds;
        return exactly(ledger, Role.BATCH, updates)
                .or(() -> taken(ledger, Role.CRITIC, updates, schedule.criticSteps()))
                .or(() -> taken(ledger, Role.ACTOR, full, 1))
                .or(() -> auxiliary(position, ledger));
    }

    /**
     * A checkpoint is of a position that its cell can be at, with what it spends to get there.
     *
     * @param rounds of the cell
     * @param folder of the cell
     * @throws UserError if it is not
     */
    void requirePossible(Position position, BudgetLedger ledger, int rounds, Path folder) {
        boolean within =
                position.pretraining() <= pretraining.size()
                        && position.round() <= rounds
                        && (position.round() == 0 || position.pretraining() == pretraining.size());
        Optional<String> problem =
                within
                        ? problem(position, ledger)
                        : Optional.of(
                                "expected a position in " + rounds + " rounds, found " + position);
        problem.ifPresent(
                found -> {
                    throw new UserError(
                            found
                                    + " in the checkpoint of "
                                    + folder
                                    + "; it is damaged, delete that folder to start the cell anew");
                });
    }

    private Optional<String> auxiliary(Position position, BudgetLedger ledger) {
        long models =
                position.pretrained()
                        + pretraining.subList(0, position.pretraining()).stream()
                                .mapToLong(PretrainingPlan::updates)
                                .sum();
        long refreshes = schedule.refreshes().in(position.round());
        return exactly(ledger, Role.AUXILIARY_BATCH, models)
                .or(() -> within(ledger, Role.AUXILIARY, models, models + refreshes));
    }

    private static Optional<String> exactly(BudgetLedger ledger, Role role, long units) {
        return within(ledger, role, units, units);
    }

    private Optional<String> taken(BudgetLedger ledger, Role role, long least, int most) {
        return charged.contains(role)
                ? within(ledger, role, least, least * most)
                : exactly(ledger, role, 0);
    }

    private static Optional<String> within(BudgetLedger ledger, Role role, long least, long most) {
        long spent = ledger.spent(role);
        if (spent >= least && spent <= most) {
            return Optional.empty();
        }
        String wanted = least == most ? String.valueOf(least) : least + " to " + most;
        return Optional.of(
                "expected "
                        + wanted
                        + " units of "
                        + role
                        + " spent at this point, found "
                        + spent);
    }
}
