package org.cfcql.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import org.cfcql.error.HarnessBug;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BudgetLedgerTest {
    /** A grant per role that no other role has. */
    private static Budget budget() {
        Map<Role, Long> grants = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            grants.put(role, 3L + role.ordinal());
        }
        return new Budget(grants);
    }

    @ParameterizedTest
    @EnumSource
    void aRoleSpendsItsGrantAndNotOneUnitMore(Role role) {
        long granted = 3L + role.ordinal();
        BudgetLedger ledger = new BudgetLedger(budget());
        for (long unit = 1; unit <= granted; unit++) {
            ledger.charge(role, 1);
            assertThat(ledger.spent(role)).isEqualTo(unit);
        }
        assertThatThrownBy(() -> ledger.charge(role, 1))
                .isInstanceOf(BudgetExceeded.class)
                .hasMessageContaining("budget of role " + role + " is " + granted)
                .hasMessageContaining("asked for " + (granted + 1));
        assertThat(ledger.snapshot()).as("nothing else is spent").isEqualTo(Map.of(role, granted));
    }

    @ParameterizedTest
    @EnumSource
    void aRoleWithoutAGrantMaySpendNothing(Role role) {
        BudgetLedger ledger = new BudgetLedger(new Budget(Map.of()));
        assertThatThrownBy(() -> ledger.charge(role, 1)).isInstanceOf(BudgetExceeded.class);
        assertThat(ledger.spent(role)).isZero();
    }

    @Test
    void aRefusedChargeSpendsNothingAndASmallerOneStillFits() {
        BudgetLedger ledger = new BudgetLedger(new Budget(Map.of(Role.ACTOR, 5L)));
        ledger.charge(Role.ACTOR, 3);
        assertThatThrownBy(() -> ledger.charge(Role.ACTOR, 3)).isInstanceOf(BudgetExceeded.class);
        assertThat(ledger.spent(Role.ACTOR)).isEqualTo(3);
        ledger.charge(Role.ACTOR, 2);
        assertThat(ledger.spent(Role.ACTOR)).isEqualTo(5);
    }

    @Test
    void aContinuedLedgerKnowsWhatWasSpent() {
        BudgetLedger ledger = new BudgetLedger(budget(), Map.of(Role.CRITIC, 2L));
        ledger.charge(Role.CRITIC, 1);
        assertThat(ledger.spent(Role.CRITIC)).isEqualTo(3);
        assertThatThrownBy(() -> ledger.charge(Role.CRITIC, 1)).isInstanceOf(BudgetExceeded.class);
    }

    @Test
    void nothingIsEverPaidBack() {
        BudgetLedger ledger = new BudgetLedger(budget());
        assertThatThrownBy(() -> ledger.charge(Role.CRITIC, -1)).isInstanceOf(HarnessBug.class);
        assertThat(ledger.spent(Role.CRITIC)).isZero();
    }

    @Test
    void aSnapshotDoesNotChange() {
        BudgetLedger ledger = new BudgetLedger(budget());
        ledger.charge(Role.BATCH, 1);
        Map<Role, Long> snapshot = ledger.snapshot();
        ledger.charge(Role.BATCH, 1);
        assertThat(snapshot).isEqualTo(Map.of(Role.BATCH, 1L));
        assertThat(ledger.budget()).isEqualTo(budget());
    }
}
