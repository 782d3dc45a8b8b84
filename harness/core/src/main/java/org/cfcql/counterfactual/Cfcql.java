package org.cfcql.counterfactual;

import org.cfcql.parts.ConservativeTerm;

/** Counterfactual conservative Q-learning, the paper's method. */
public final class Cfcql extends ConservativeAlgorithm {
    /** For the registry. */
    public Cfcql() {
        super(
                "cfcql",
                "Counterfactual conservative Q-learning (CFCQL)",
                ConservativeTerm.COUNTERFACTUAL,
                ConservativeTerm.COUNTERFACTUAL);
    }
}
