package org.cfcql.cfcql;

/** Counterfactual conservative Q-learning, the paper's method. */
public final class Cfcql extends ConservativeAlgorithm {
    /** For the registry. */
    public Cfcql() {
        super(
                "cfcql",
                "Counterfactual conservative Q-learning (CFCQL)",
                ContinuousHyperparameters.Penalty.COUNTERFACTUAL,
                DiscreteHyperparameters.Penalty.COUNTERFACTUAL);
    }
}
