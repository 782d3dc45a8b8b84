package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every default of every algorithm by its literal value, with the rounds and the pretraining that
 * follow from them, as {@code defaults.txt} lists them from docs/specification/algorithms.md. A
 * value that moves changes results: move it there too, knowingly.
 */
class DefaultsTest {
    private static final int EPISODE_LIMIT = 25;

    /** One entry of the list: {@code algorithm environment kind}, then lines of it. */
    private record Entry(
            String algorithm,
            String environment,
            String kind,
            Map<String, Object> given,
            List<String> lines) {
        static Entry of(String text) {
            List<String> lines = text.strip().lines().map(String::strip).toList();
            String[] head = lines.get(0).split(" ");
            Map<String, Object> given = new TreeMap<>();
            for (String pair : List.of(head).subList(3, head.length)) {
                String[] sides = pair.split("=");
                boolean number = sides[1].matches("[0-9.]+");
                given.put(sides[0], number ? (Object) Double.valueOf(sides[1]) : sides[1]);
            }
            return new Entry(head[0], head[1], head[2], given, lines.subList(1, lines.size()));
        }

        /** Every key in force on a track. */
        Map<String, String> resolved(Track track) {
            Algorithm algorithm = Algorithms.find(algorithm());
            Settings settings = new Settings(algorithm.id(), given);
            Algorithms.configure(algorithm, task(), settings, track);
            Map<String, String> values = new TreeMap<>();
            settings.resolved().forEach((key, value) -> values.put(key, value.toString()));
            return values;
        }

        ConfiguredAlgorithm configured(Track track) {
            Settings settings = new Settings(algorithm, given);
            return Algorithms.find(algorithm).configure(task(), settings, track);
        }

        TaskShape task() {
            boolean discrete = !environment.matches("(mpe|mamujoco)/.*");
            ActionSpace actions =
                    discrete ? new ActionSpace.Discrete(4) : new ActionSpace.Box(2, -1, 1);
            return new TaskShape(environment, kind, 3, 5, 15, actions, EPISODE_LIMIT);
        }

        @Override
        public String toString() {
            return algorithm + " " + environment + " " + kind;
        }
    }

    static Stream<Entry> entries() throws IOException {
        try (InputStream stream = DefaultsTest.class.getResourceAsStream("defaults.txt")) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\n\n")).map(Entry::of);
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    void everyDefaultIsTheLiteralOne(Entry entry) {
        Map<String, String> found = entry.resolved(Track.EQUAL);
        entry.resolved(Track.PAPER).entrySet().stream()
                .filter(pair -> !pair.getValue().equals(found.get(pair.getKey())))
                .toList()
                .forEach(pair -> found.put("PAPER " + pair.getKey(), pair.getValue()));
        for (Track track : Track.values()) {
            found.put(track.name(), describe(entry.configured(track).schedule()));
        }
        String plans =
                entry.configured(Track.EQUAL).pretraining().stream()
                        .map(DefaultsTest::describe)
                        .collect(Collectors.joining(" "));
        if (!plans.isEmpty()) {
            found.put("PRETRAINING", plans);
        }
        Map<String, String> expected = new TreeMap<>();
        for (String line : entry.lines()) {
            for (String pair : line.split(", ")) {
                String[] sides = pair.split("=", 2);
                expected.put(sides[0], sides[1].replaceAll(",$", ""));
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    /** F: full, C: critic only, with the agent's number; {@code *}: the targets follow. */
    private static String describe(Schedule round) {
        String steps =
                round.steps().stream()
                        .map(
                                step ->
                                        (step.kind() == UpdateStep.Kind.FULL ? "F" : "C")
                                                + (step.agent() < 0 ? "" : step.agent())
                                                + (step.targetsFollow() ? "*" : ""))
                        .collect(Collectors.joining(" "));
        Schedule.Refreshes refreshes = round.refreshes();
        return steps
                + (round.criticSteps() == 1 ? "" : " x" + round.criticSteps())
                + (refreshes.equals(Schedule.Refreshes.NONE)
                        ? ""
                        : " refreshes " + refreshes.atFirst() + "+" + refreshes.every());
    }

    private static String describe(PretrainingPlan plan) {
        String shared = plan.shared().map(model -> " " + model.settings().toString()).orElse("");
        return plan.name()
                + ":"
                + plan.updates()
                + ":"
                + plan.slots()
                + ":"
                + plan.batchSize()
                + shared.replace(", ", ";");
    }

    @Test
    void theListHasEveryAlgorithmInEachOfItsBranches() throws IOException {
        TreeSet<String> listed = new TreeSet<>();
        entries()
                .forEach(
                        entry ->
                                listed.add(
                                        entry.algorithm()
                                                + " "
                                                + Branch.of(entry.task().actionSpace())));
        TreeSet<String> known = new TreeSet<>();
        for (Algorithm algorithm : Algorithms.all()) {
            for (Branch branch : algorithm.capabilities().branches()) {
                known.add(algorithm.id() + " " + branch);
            }
        }
        assertThat(listed).isEqualTo(known);
    }
}
