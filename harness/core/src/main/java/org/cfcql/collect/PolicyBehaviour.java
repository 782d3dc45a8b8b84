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
 * A policy with exploration.
 *
 * <p>A matrix product may round a row differently when the number of rows changes. So that data do
 * not depend on the number of environments, the policy always decides for groups of {@value #LANES}
 * rows, and an episode's row within its group is its index modulo that number.
 */
public final class PolicyBehaviour implements Behaviour {
    private static final int LANES = 32;

    private final Policy policy;
    private final EnvironmentSpec spec;
    private final Exploration exploration;
    private final List<Group> groups = new ArrayList<>();
    private final Group[] groupOf;
    private final int[] laneOf;
    private final RandomStream[] streams;
    private final Actions actions;
    private final int width;

    /**
     * A policy played in E environments.
     *
     * @param exploration how its decisions are disturbed
     */
    public PolicyBehaviour(
            Policy policy, EnvironmentSpec spec, int environments, Exploration exploration) {
        this.policy = policy;
        this.spec = spec;
        this.exploration = exploration;
        groupOf = new Group[environments];
        laneOf = new int[environments];
        streams = new RandomStream[environments];
        int agents = spec.agents().size();
        boolean vectors = spec.actionSpace() instanceof ActionSpace.Box;
        width = vectors ? agents * spec.actionSpace().size() : agents;
        actions = rows(environments);
    }

    private Actions rows(int count) {
        return spec.actionSpace() instanceof ActionSpace.Box
                ? new Actions.Continuous(new float[count * width])
                : new Actions.Discrete(new int[count * width]);
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
                decide(group, observations);
            }
        }
        return actions;
    }

    private void decide(Group group, Observations observations) {
        Actions decided = group.session.act(group.rows);
        for (int lane = 0; lane < LANES; lane++) {
            int environment = group.environmentOf[lane];
            if (environment < 0) {
                continue;
            }
            copyRow(decided, lane, actions, environment);
            if (!exploration.absent()) {
                exploration.disturb(actions, environment, observations, spec, streams[environment]);
                copyRow(actions, environment, decided, lane);
            }
        }
        if (!exploration.absent()) {
            group.session.acted(decided);
        }
    }

    private void copyRow(Actions from, int fromRow, Actions to, int toRow) {
        if (from instanceof Actions.Continuous source && to instanceof Actions.Continuous target) {
            System.arraycopy(
                    source.values(), fromRow * width, target.values(), toRow * width, width);
        } else if (from instanceof Actions.Discrete source
                && to instanceof Actions.Discrete target) {
            System.arraycopy(
                    source.values(), fromRow * width, target.values(), toRow * width, width);
        }
    }

    @Override
    public void close() {
        groups.forEach(group -> group.session.close());
        groups.clear();
    }
}
