package org.cfcql.budget;

/** A learner asked for more than its cell was granted. */
public final class BudgetExceeded extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** The role, its grant and what the refused charge would have brought it to. */
    public BudgetExceeded(Role role, long granted, long wanted) {
        super(
                "budget of role "
                        + role
                        + " is "
                        + granted
                        + ", the algorithm asked for "
                        + wanted
                        + "; raise the experiment's budget or mend the algorithm's schedule");
    }
}
