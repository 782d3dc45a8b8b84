package org.cfcql.learn;

import java.util.Arrays;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.nn.StepRule;

/**
 * A step rule whose every step is charged to a ledger before it is taken.
 *
 * @param rule the optimiser itself; the harness checkpoints its state
 * @param role what the steps are charged to
 * @param ledger the cell's ledger
 */
record MeteredOptimiser(StepRule rule, Role role, BudgetLedger ledger) implements Optimiser {
    @Override
    public void step() {
        ledger.charge(role, 1);
        rule.step();
    }

    @Override
    public void learningRate(double value) {
        rule.learningRate(value);
    }

    @Override
    public long steps() {
        return Arrays.stream(rule.steps()).max().orElse(0);
    }
}
