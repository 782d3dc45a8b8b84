package org.cfcql.env.trace;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;

/** One replay of one file, row by row. */
final class TraceAttempt {
    private static final boolean[] ROW = {true};
    private static final Map<TraceField, String> RAW =
            new EnumMap<>(
                    Map.of(
                            TraceField.POS, "unit_positions",
                            TraceField.POOL, "unit_health",
                            TraceField.ALIVE, "unit_alive",
                            TraceField.COOLDOWN, "unit_weapon_cooldowns",
                            TraceField.TYPES, "unit_types"));
    private static final List<TraceField> INFO =
            List.of(TraceField.BATTLE_WON, TraceField.DEAD_ALLIES, TraceField.DEAD_ENEMIES);

    private final TraceFile file;
    private final VectorEnvironment environment;
    private final EnvironmentSpec spec;
    private final Supplier<Map<String, double[]>> rawArrays;
    private final boolean exact;
    private final Map<TraceField, TraceResult.Difference> worst = new EnumMap<>(TraceField.class);
    private byte[] available = new byte[0];
    private boolean ended;
    private int steps;
    private long seed;

    /**
     * Over an environment that sends the arrays of the game.
     *
     * @param exact whether the recorded numbers must come back without any difference
     */
    TraceAttempt(
            TraceFile file,
            VectorEnvironment environment,
            Supplier<Map<String, double[]>> rawArrays,
            boolean exact) {
        this.file = file;
        this.environment = environment;
        this.rawArrays = rawArrays;
        this.exact = exact;
        spec = environment.spec();
    }

    TraceResult run() {
        Optional<String> problem = Optional.empty();
        for (int row = 0; row < file.rows() && problem.isEmpty(); row++) {
            if (file.reset(row)) {
                compare(row, begin(row));
            } else {
                problem = impossible(row);
                if (problem.isEmpty()) {
                    compare(row, step(row));
                }
            }
        }
        if (problem.isEmpty() && !file.unknown().isEmpty()) {
            problem = Optional.of("not compared: " + String.join(", ", file.unknown()));
        }
        return new TraceResult(
                file.path(),
                file.environment(),
                file.rows(),
                exact,
                List.copyOf(worst.values()),
                problem);
    }

    /** What a reset gives; a reset row holds no action, reward, flag or count. */
    private Map<TraceField, double[]> begin(int row) {
        seed = file.seed(row);
        Observations first = environment.reset(ROW, new long[] {seed});
        ended = false;
        steps = 0;
        requireShapes();
        Map<TraceField, double[]> replayed = views(row, first);
        double[] none = new double[spec.agents().size()];
        Arrays.fill(none, -1);
        replayed.put(TraceField.ACTIONS, none);
        replayed.put(TraceField.REWARD, new double[1]);
        replayed.put(TraceField.TERMINATED, new double[1]);
        replayed.put(TraceField.TRUNCATED, new double[1]);
        INFO.forEach(field -> replayed.put(field, new double[1]));
        return replayed;
    }

    private Map<TraceField, double[]> step(int row) {
        double[] recorded = file.row(TraceField.ACTIONS, row);
        int[] actions = Arrays.stream(recorded).mapToInt(action -> (int) action).toArray();
        StepResult result = environment.step(new Actions.Discrete(actions), ROW);
        if (!result.voidRows(ROW).isEmpty()) {
            throw new EpisodesVoid(environment.spec().id() + " restarted itself");
        }
        ended = result.terminated()[0] == 1 || result.truncated()[0] == 1;
        steps++;
        Map<TraceField, double[]> replayed = views(row, result.observations());
        replayed.put(TraceField.ACTIONS, recorded);
        replayed.put(TraceField.REWARD, new double[] {result.rewards()[0]});
        replayed.put(TraceField.TERMINATED, new double[] {result.terminated()[0]});
        replayed.put(TraceField.TRUNCATED, new double[] {result.truncated()[0]});
        INFO.forEach(field -> replayed.put(field, result.info().get(field.stored())));
        return replayed;
    }

    private Map<TraceField, double[]> views(int row, Observations seen) {
        available = seen.availableActions();
        Map<TraceField, double[]> replayed = new EnumMap<>(TraceField.class);
        // Compared as 64-bit integers: a double would lose the last bits of a large seed.
        double sameSeed = seed == file.seed(row) ? file.row(TraceField.SEED, row)[0] : Double.NaN;
        replayed.put(TraceField.SEED, new double[] {sameSeed});
        replayed.put(TraceField.T, new double[] {steps});
        replayed.put(TraceField.OBS, doubles(seen.observations()));
        replayed.put(TraceField.STATE, doubles(seen.state()));
        replayed.put(
                TraceField.MASK,
                IntStream.range(0, available.length).mapToDouble(i -> available[i]).toArray());
        Map<String, double[]> raw = rawArrays.get();
        RAW.forEach((field, name) -> replayed.put(field, raw.get(name)));
        return replayed;
    }

    /** Why a recorded step cannot be taken. */
    private Optional<String> impossible(int row) {
        if (ended) {
            return Optional.of("row " + row + " goes on after the end of the replayed episode");
        }
        int count = spec.actionSpace().size();
        double[] actions = file.row(TraceField.ACTIONS, row);
        for (int agent = 0; agent < actions.length; agent++) {
            int action = (int) actions[agent];
            boolean known = action == actions[agent] && action >= 0 && action < count;
            if (!known || available[agent * count + action] == 0) {
                return Optional.of(
                        "row "
                                + row
                                + ": action "
                                + action
                                + " of agent "
                                + agent
                                + " is not available in the replay");
            }
        }
        return Optional.empty();
    }

    private void compare(int row, Map<TraceField, double[]> replayed) {
        for (Map.Entry<TraceField, double[]> entry : replayed.entrySet()) {
            TraceField field = entry.getKey();
            double largest = largestDifference(entry.getValue(), file.row(field, row));
            TraceResult.Difference before = worst.get(field);
            // compare() puts NaN above all numbers.
            if (before == null || Double.compare(largest, before.largest()) > 0) {
                worst.put(
                        field,
                        new TraceResult.Difference(
                                field.stored(), largest, field.tolerance(exact), row));
            }
        }
    }

    private static double largestDifference(double[] one, double[] other) {
        double largest = 0;
        for (int index = 0; index < one.length; index++) {
            largest = Math.max(largest, Math.abs(one[index] - other[index]));
        }
        return largest;
    }

    private void requireShapes() {
        int agents = spec.agents().size();
        int units = rawArrays.get().get("unit_health").length;
        for (TraceField field : TraceField.values()) {
            int[] inRow =
                    switch (field) {
                        case ACTIONS -> new int[] {agents};
                        case OBS -> new int[] {agents, spec.observationSize()};
                        case STATE -> new int[] {spec.stateSize()};
                        case MASK -> new int[] {agents, spec.actionSpace().size()};
                        case POS -> new int[] {units, 2};
                        case POOL, ALIVE, COOLDOWN, TYPES -> new int[] {units};
                        default -> new int[0];
                    };
            IntStream rows =
                    field == TraceField.TYPES ? IntStream.empty() : IntStream.of(file.rows());
            file.requireShape(field, IntStream.concat(rows, IntStream.of(inRow)).toArray());
        }
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
