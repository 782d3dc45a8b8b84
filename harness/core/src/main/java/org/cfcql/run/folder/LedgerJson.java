package org.cfcql.run.folder;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;

/** A ledger as files hold it. */
public final class LedgerJson {
    private LedgerJson() {}

    /**
     * {@code {"granted": {ROLE: units}, "spent": {ROLE: units}}} with every role; with {@code
     * "declared": [ROLE]} where units were declared, not metered.
     */
    public static Map<String, Object> of(BudgetLedger ledger) {
        Map<String, Long> granted = new LinkedHashMap<>();
        Map<String, Long> spent = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            granted.put(role.name(), ledger.budget().granted(role));
            spent.put(role.name(), ledger.spent(role));
        }
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("granted", granted);
        both.put("spent", spent);
        if (!ledger.declared().isEmpty()) {
            both.put("declared", ledger.declared().stream().map(Role::name).toList());
        }
        return both;
    }
}
