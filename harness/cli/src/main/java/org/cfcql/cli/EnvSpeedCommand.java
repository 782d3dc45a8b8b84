package org.cfcql.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.collect.Collector;
import org.cfcql.collect.Goal;
import org.cfcql.collect.UniformBehaviour;
import org.cfcql.data.TaskCard;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.StepsAlone;
import org.cfcql.env.bridge.SupervisedEnvironment;
import org.cfcql.error.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the bridge costs: steps per second over it beside steps without it. */
@Command(
        name = "speed",
        mixinStandardHelpOptions = true,
        description = {
            "Collects uniformly random episodes over the bridge, and steps the same environment in",
            "a process without it, in turns, so that both meet the same moods of the machine.",
            "ratio is the median over the turns of steps per second over the bridge, divided by",
            "those of the same turn without it."
        },
        footer = {"", "Example: cfcql env speed mamujoco/halfcheetah-2x3 --envs 8"})
final class EnvSpeedCommand implements Callable<Integer> {
    private static final String BRIDGE = "bridge";

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ENV", description = "Environment id; cfcql env list shows them.")
    private String id;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Option of the environment; may be repeated.")
    private TreeMap<String, String> options = new TreeMap<>();

    @Option(
            names = "--envs",
            defaultValue = "8",
            description = "Environments at once (default: ${DEFAULT-VALUE}).")
    private int environments;

    @Option(
            names = "--steps",
            defaultValue = "16000",
            description = "Steps of a turn, all environments together (${DEFAULT-VALUE}).")
    private long steps;

    @Option(
            names = "--turns",
            defaultValue = "9",
            description = "Turns; one more goes before and does not count (${DEFAULT-VALUE}).")
    private int turns;

    /**
     * @param perSecond steps per second of time that passed
     * @param cpuMicros processor time per step, of all processes that took part
     */
    private record Turn(double perSecond, double cpuMicros) {}

    @Override
    public Integer call() {
        if (environments < 1 || steps < 1 || turns < 1) {
            throw new UserError(
                    "expected --envs, --steps and --turns to be at least 1, found %d, %d and %d"
                            .formatted(environments, steps, turns));
        }
        BridgeProvider provider = new BridgeProvider(Bridges.at(Home.locate()));
        EnvironmentRequest request = new EnvironmentRequest(id, options, environments);
        Map<String, List<Turn>> taken = new LinkedHashMap<>();
        try (SupervisedEnvironment environment = provider.open(request);
                StepsAlone alone = provider.alone(request)) {
            for (int turn = 0; turn <= turns; turn++) {
                Map<String, Turn> now = new LinkedHashMap<>();
                now.put(BRIDGE, collect(environment, alone.pid(), turn));
                for (String kind : alone.kinds()) {
                    now.put(kind, of(alone.play(kind, steps)));
                }
                if (turn > 0) {
                    now.forEach(
                            (kind, one) ->
                                    taken.computeIfAbsent(kind, fresh -> new ArrayList<>())
                                            .add(one));
                }
            }
        }
        print(taken);
        return 0;
    }

    /** Episodes as {@code data collect} plays them, up to the file. */
    private Turn collect(SupervisedEnvironment environment, long apart, int turn) {
        long[] collected = new long[1];
        Collector collector =
                new Collector(
                        environment,
                        TaskCard.of(environment.spec(), options),
                        new UniformBehaviour(environment.spec(), environments),
                        turn,
                        new Goal.Transitions(steps),
                        episode -> collected[0] += episode.length());
        long cpu = cpuNanos(apart);
        long wall = System.nanoTime();
        collector.collect(transitions -> {});
        wall = System.nanoTime() - wall;
        return of(new StepsAlone.Timed(collected[0], wall, cpuNanos(apart) - cpu));
    }

    private static Turn of(StepsAlone.Timed timed) {
        return new Turn(
                1e9 * timed.steps() / timed.wallNanos(), 1e-3 * timed.cpuNanos() / timed.steps());
    }

    /** Of this process and the workers, but for one process. */
    private static long cpuNanos(long apart) {
        OperatingSystemMXBean own =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return own.getProcessCpuTime()
                + ProcessHandle.current()
                        .children()
                        .filter(child -> child.pid() != apart)
                        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
                        .mapToLong(Duration::toNanos)
                        .sum();
    }

    private void print(Map<String, List<Turn>> taken) {
        PrintWriter out = spec.commandLine().getOut();
        List<Turn> bridge = taken.get(BRIDGE);
        taken.forEach(
                (kind, all) -> {
                    out.printf(
                            Locale.ROOT,
                            "%-8s %8.0f steps/s, %6.1f us of processor time per step",
                            kind,
                            median(all.stream().map(Turn::perSecond).toList()),
                            median(all.stream().map(Turn::cpuMicros).toList()));
                    if (!kind.equals(BRIDGE)) {
                        List<Double> ratios = new ArrayList<>();
                        for (int turn = 0; turn < all.size(); turn++) {
                            ratios.add(bridge.get(turn).perSecond() / all.get(turn).perSecond());
                        }
                        out.printf(Locale.ROOT, ", ratio %.2f", median(ratios));
                    }
                    out.println();
                });
        out.flush();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(half)
                : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
