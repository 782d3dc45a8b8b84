package org.cfcql.budget;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.cfcql.error.HarnessBug;

/**
 * Counts what a cell has spent against what it was granted.
 *
 * <p>The charge that would pass the grant throws and spends nothing, so equal budgets hold by
 * construction. Not safe for use by several threads.
 */
public final class BudgetLedger {
    private final Budget budget;
    private final EnumMap<Role, Long> spent = new EnumMap<>(Role.class);
    private final Set<Role> declared = EnumSet.noneOf(Role.class);

    /** A ledger with nothing spent. */
    public BudgetLedger(Budget budget) {
        this(budget, Map.of());
    }

    /** A ledger continued from stored counts. */
    public BudgetLedger(Budget budget, Map<Role, Long> spentSoFar) {
        this.budget = budget;
        spent.putAll(spentSoFar);
    }

    /**
     * Spends units of a role.
     *
     * @throws BudgetExceeded if less than {@code units} is left
     */
    public void charge(Role role, long units) {
        if (units < 0) {
            throw new HarnessBug("a charge must not be negative, found " + units);
        }
        long total = spent(role) + units;
        if (total > budget.granted(role)) {
            throw new BudgetExceeded(role, budget.granted(role), total);
        }
        spent.put(role, total);
    }

    /**
     * From now on what is charged to this role is what a process of somebody else says it did,
     * which nobody can see for himself.
     */
    public void declare(Role role) {
        declared.add(role);
    }

    /** Roles whose units are declared, not metered. */
    public Set<Role> declared() {
        return Collections.unmodifiableSet(declared);
    }

    /** Units spent on a role so far. */
    public long spent(Role role) {
        return spent.getOrDefault(role, 0L);
    }

    /** What was granted. */
    public Budget budget() {
        return budget;
    }

    /** A copy of all counts, in the order of {@link Role}. */
    public Map<Role, Long> snapshot() {
        return new EnumMap<>(spent);
    }
}
