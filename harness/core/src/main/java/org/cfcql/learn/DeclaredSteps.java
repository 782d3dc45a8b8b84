package org.cfcql.learn;

import java.util.function.LongConsumer;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;

/**
 * Charges steps that were taken where the harness cannot see them.
 *
 * @param role what they are charged to
 * @param ledger the cell's ledger
 */
record DeclaredSteps(Role role, BudgetLedger ledger) implements LongConsumer {
    @Override
    public void accept(long steps) {
        ledger.charge(role, steps);
    }
}
