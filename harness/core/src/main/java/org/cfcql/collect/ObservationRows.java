package org.cfcql.collect;

import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;

/** Copies what one environment's agents see between vectors. */
final class ObservationRows {
    private ObservationRows() {}

    /** An empty vector of E rows. */
    static Observations allocate(EnvironmentSpec spec, int environments) {
        int agents = spec.agents().size();
        float[] observations = new float[environments * agents * spec.observationSize()];
        return new Observations(
                environments,
                observations,
                spec.stateIsObservations()
                        ? observations
                        : new float[environments * spec.stateSize()],
                new byte[spec.masked() ? environments * agents * spec.actionSpace().size() : 0]);
    }

    /** Copies row {@code fromRow} of one vector to row {@code toRow} of another. */
    static void copy(
            EnvironmentSpec spec, Observations from, int fromRow, Observations to, int toRow) {
        int width = spec.agents().size() * spec.observationSize();
        System.arraycopy(
                from.observations(), fromRow * width, to.observations(), toRow * width, width);
        if (!spec.stateIsObservations()) {
            int stateWidth = spec.stateSize();
            System.arraycopy(
                    from.state(), fromRow * stateWidth, to.state(), toRow * stateWidth, stateWidth);
        }
        if (spec.masked()) {
            int masks = spec.agents().size() * spec.actionSpace().size();
            System.arraycopy(
                    from.availableActions(),
                    fromRow * masks,
                    to.availableActions(),
                    toRow * masks,
                    masks);
        }
    }
}
