package org.cfcql.baselines.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.Kernels;

/**
 * Runs a learner and its reference side by side and compares all they compute: values, losses,
 * gradients, every parameter of every network after every update, and the greedy actions.
 */
record Trial(String id, Map<String, ?> keys, boolean kernels) {
    static final TaskShape TASK =
            new TaskShape(
                    "toy/reference",
                    "random",
                    Transitions.AGENTS,
                    Transitions.OBSERVATION,
                    Transitions.STATE,
                    new ActionSpace.Box(Transitions.ACTION, -1, 1),
                    25);
    static final SeedTree SEEDS = new SeedTree(11);
    static final UpdateStep FULL = step(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS);
    static final UpdateStep CRITIC = step(UpdateStep.Kind.CRITIC, UpdateStep.ALL_AGENTS);
    private static final int BATCH = 5;
    private static final double TOLERANCE = 1e-9;

    static UpdateStep step(UpdateStep.Kind kind, int agent) {
        return new UpdateStep(kind, agent, false);
    }

    /** Makes a reference over the numbers that the learner starts with. */
    interface Maker {
        Reference of(Nets nets, Map<String, ?> keys);
    }

    Learner learner(HarnessContext context) {
        Algorithm algorithm = Algorithms.lookUp(id).orElseThrow();
        Settings settings = new Settings(id, keys);
        Learner learner = algorithm.configure(TASK, settings, Track.EQUAL).create(context);
        settings.requireAllRead();
        return learner;
    }

    HarnessContext context(Heard heard, Draws draws) {
        BudgetLedger ledger = new BudgetLedger(Budget.unlimited());
        Compute compute =
                new Compute(
                        Transitions.TENSORS.device(),
                        Transitions.TENSORS.precision(),
                        kernels ? Kernels.ON : Kernels.OFF);
        return new HarnessContext(compute, SEEDS, draws, heard, ledger);
    }

    /** The targets follow after the second step. */
    void check(Maker maker, UpdateStep... steps) {
        Draws draws = new Draws(7);
        Heard heard = new Heard();
        try (HarnessContext context = context(heard, draws);
                Learner learner = learner(context)) {
            Nets start = Nets.read(learner).scattered(3);
            start.write(learner);
            Reference reference = maker.of(start, keys);
            for (int index = 0; index < steps.length; index++) {
                Transitions data = Transitions.draw(20 + index, BATCH);
                heard.values.clear();
                heard.gradients.clear();
                reference.values.clear();
                reference.gradients.clear();
                try (PointerScope scope = new PointerScope()) {
                    learner.update(data.batch(), steps[index]);
                }
                reference.update(data, steps[index], draws);
                String where = id + " " + keys + ", update " + index + ": ";
                assertThat(draws.left()).as(where + "draws nobody needs").isEmpty();
                assertClose(
                        where,
                        reference.values,
                        reference.gradients,
                        reference.nets,
                        heard,
                        Nets.read(learner));
                if (index == 1) {
                    learner.updateTargets();
                    reference.follow();
                    assertClose(where + "targets ", reference.nets, Nets.read(learner));
                }
            }
            checkPolicy(learner, reference);
        }
    }

    /** All that an update told and left behind. */
    static void assertClose(
            String where,
            Map<String, double[]> values,
            Map<String, double[]> gradients,
            Nets after,
            Heard heard,
            Nets foundAfter) {
        assertThat(heard.gradients.keySet()).as(where + "gradients").isEqualTo(gradients.keySet());
        Map<String, double[]> expected = new TreeMap<>(values);
        Map<String, double[]> found = new TreeMap<>(heard.values);
        expected.putAll(prefixed("gradient of ", gradients));
        found.putAll(prefixed("gradient of ", heard.gradients));
        expected.putAll(prefixed("after ", after.read()));
        found.putAll(prefixed("after ", foundAfter.read()));
        assertClose(where, expected, found);
    }

    private static Map<String, double[]> prefixed(String prefix, Map<String, double[]> of) {
        Map<String, double[]> renamed = new TreeMap<>();
        of.forEach((name, values) -> renamed.put(prefix + name, values));
        return renamed;
    }

    private void checkPolicy(Learner learner, Reference reference) {
        if (!learner.networks().get(0).name().equals("vae")) {
            double[][][] seen = Transitions.draw(77, BATCH).observations();
            boolean squashed = !"linear".equals(keys.get("actor.mean"));
            double[] expected = reference.evaluation(seen, squashed);
            double[] found = act(learner.policy(), seen);
            assertThat(found.length).isEqualTo(expected.length);
            for (int index = 0; index < found.length; index++) {
                // Observations and actions cross the policy in single precision.
                assertThat(Math.abs(found[index] - expected[index]))
                        .as("action %d", index)
                        .isLessThan(1e-5);
            }
        }
    }

    private static double[] act(Policy policy, double[][][] seen) {
        float[] flat = new float[seen.length * Transitions.AGENTS * Transitions.OBSERVATION];
        int next = 0;
        for (double[][] row : seen) {
            for (double number : Transitions.flat(row)) {
                flat[next++] = (float) number;
            }
        }
        try (Policy.Session session = policy.open(seen.length)) {
            Actions actions = session.act(new Observations(seen.length, flat, flat, new byte[0]));
            float[] single = ((Actions.Continuous) actions).values();
            double[] values = new double[single.length];
            for (int index = 0; index < values.length; index++) {
                values[index] = single[index];
            }
            return values;
        }
    }

    static void assertClose(String where, Nets expected, Nets found) {
        assertThat(found.of().keySet()).isEqualTo(expected.of().keySet());
        assertClose(where, expected.read(), found.read());
    }

    private static void assertClose(
            String where, Map<String, double[]> expected, Map<String, double[]> found) {
        assertThat(found.keySet()).as(where).containsAll(List.copyOf(expected.keySet()));
        List<String> wrong = new ArrayList<>();
        expected.forEach((name, values) -> compare(name, values, found.get(name), wrong));
        assertThat(wrong).as(where).isEmpty();
    }

    private static void compare(
            String name, double[] expected, double[] found, List<String> wrong) {
        int worst = 0;
        double largest = expected.length == found.length ? 0 : Double.POSITIVE_INFINITY;
        for (int index = 0; index < Math.min(expected.length, found.length); index++) {
            double error =
                    Math.abs(found[index] - expected[index])
                            / Math.max(1, Math.abs(expected[index]));
            // Not a number is no small error.
            if (!(error <= largest)) {
                largest = error;
                worst = index;
            }
        }
        if (!(largest <= TOLERANCE)) {
            wrong.add(
                    "%s[%d of %d]: expected %s, found %s"
                            .formatted(name, worst, found.length, expected[worst], found[worst]));
        }
    }
}
