package org.cfcql.collect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.learn.Policy;
import org.cfcql.random.RandomStream;

/**
 * A policy with Gaussian exploration noise, clipped to the action bounds.
 *
 * <p>A matrix product may round a row differently when the number of rows changes. So that data do
 * not depend on the number of environments, the policy always decides for groups of {@value #LANES}
 * rows, and an episode's row within its group is its index modulo that number.
 */
public final class PolicyBehaviour implements Behaviour {
    private static final int LANES = 32;

    private final Policy policy;
    private final EnvironmentSpec spec;
    private final float noise;
    private final List<Group> groups = new ArrayList<>();
    private final Group[] groupOf;
    private final int[] laneOf;
    private final RandomStream[] streams;
    private final Actions actions;
    private final float[] draws;

    /**
     * A policy played in E environments.
     *
     * @param noise standard deviation of the noise on continuous actions; 0 for none
     */
    public PolicyBehaviour(Policy policy, EnvironmentSpec spec, int environments, double noise) {
        this.policy = policy;
        this.spec = spec;
        this.noise = (float) noise;
        groupOf = new Group[environments];
        laneOf = new int[environments];
        streams = new RandomStream[environments];
        int agents = spec.agents().size();
        draws = new float[agents * spec.actionSpace().size()];
        actions =
                spec.actionSpace() instanceof ActionSpace.Box
                        ? new Actions.Continuous(new float[environments * draws.length])
                        : new Actions.Discrete(new int[environments * agents]);
    }

    /** A session of the policy and the rows it decides for. */
    private final class Group {
        final Policy.Session session = policy.open(LANES);
        final int[] environmentOf = new int[LANES];
        final Observations rows = ObservationRows.allocate(spec, LANES);

        Group() {
            Arrays.fill(environmentOf, -1);
            // Every row must have a legal action, also one that no episode uses.
            Arrays.fill(rows.availableActions(), (byte) 1);
        }
    }

    @Override
    public void begin(int environment, int episode, RandomStream stream) {
        end(environment);
        int lane = episode % LANES;
        Group group =
                groups.stream()
                        .filter(candidate -> candidate.environmentOf[lane] < 0)
                        .findFirst()
                        .orElseGet(this::open);
        group.environmentOf[lane] = environment;
        group.session.reset(lane);
        groupOf[environment] = group;
        laneOf[environment] = lane;
        streams[environment] = stream;
    }

    private Group open() {
        Group group = new Group();
        groups.add(group);
        return group;
    }

    @Override
    public void end(int environment) {
        if (groupOf[environment] != null) {
            groupOf[environment].environmentOf[laneOf[environment]] = -1;
            groupOf[environment] = null;
        }
    }

    @Override
    public Actions act(Observations observations, boolean[] active) {
        for (Group group : groups) {
            boolean used = false;
            for (int lane = 0; lane < LANES; lane++) {
                int environment = group.environmentOf[lane];
                if (environment >= 0) {
                    ObservationRows.copy(spec, observations, environment, group.rows, lane);
                    used = true;
                }
            }
            if (used) {
                scatter(group, group.session.act(group.rows));
            }
        }
        if (noise > 0) {
            for (int environment = 0; environment < active.length; environment++) {
                if (active[environment]) {
                    addNoise(environment);
                }
            }
        }
        return actions;
    }

    private void scatter(Group group, Actions decided) {
        for (int lane = 0; lane < LANES; lane++) {
            int environment = group.environmentOf[lane];
            if (environment < 0) {
                continue;
            }
            if (decided instanceof Actions.Continuous from
                    && actions instanceof Actions.Continuous to) {
                int width = draws.length;
                System.arraycopy(
                        from.values(), lane * width, to.values(), environment * width, width);
            } else if (decided instanceof Actions.Discrete from
                    && actions instanceof Actions.Discrete to) {
                int width = spec.agents().size();
                System.arraycopy(
                        from.values(), lane * width, to.values(), environment * width, width);
            }
        }
    }

    private void addNoise(int environment) {
        if (actions instanceof Actions.Continuous continuous
                && spec.actionSpace() instanceof ActionSpace.Box box) {
            streams[environment].fillNormal(draws);
            float low = (float) box.low();
            float high = (float) box.high();
            float[] values = continuous.values();
            for (int index = 0; index < draws.length; index++) {
                int at = environment * draws.length + index;
                values[at] = Math.max(low, Math.min(high, values[at] + noise * draws[index]));
            }
        }
    }

    @Override
    public void close() {
        groups.forEach(group -> group.session.close());
        groups.clear();
    }
}
