package org.cfcql.cli;

import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.eval.Evaluator;
import org.cfcql.learn.Algorithms;
import org.cfcql.run.Services;
import org.cfcql.run.StoredDatasets;

/** Puts the parts of the harness together for a process. */
final class Wiring {
    private Wiring() {}

    /** Data in folders, environments in Python workers, algorithms of the class path. */
    static Services services() {
        Evaluator evaluator = new Evaluator();
        return new Services(
                new StoredDatasets(Home.locate()),
                new BridgeProvider(Bridges.ofThisProcess()),
                Algorithms::find,
                evaluator::evaluate);
    }
}
