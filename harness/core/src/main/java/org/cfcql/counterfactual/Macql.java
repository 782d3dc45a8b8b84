package org.cfcql.counterfactual;

import org.cfcql.parts.ConservativeTerm;

/** Multi-agent conservative Q-learning with joint samples, the paper's naive extension of CQL. */
public final class Macql extends ConservativeAlgorithm {
    /** For the registry. */
    public Macql() {
        super(
                "macql",
                "Multi-agent conservative Q-learning (MACQL)",
                ConservativeTerm.JOINT,
                ConservativeTerm.JOINT);
    }
}
