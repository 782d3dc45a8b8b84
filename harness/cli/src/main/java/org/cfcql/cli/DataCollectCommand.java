package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.cfcql.cli.executor.BarProgress;
import org.cfcql.collect.Behaviour;
import org.cfcql.collect.Collector;
import org.cfcql.collect.Exploration;
import org.cfcql.collect.Goal;
import org.cfcql.collect.PolicyBehaviour;
import org.cfcql.collect.UniformBehaviour;
import org.cfcql.data.ContentHash;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.data.check.DatasetInspection;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.UserError;
import org.cfcql.run.dataset.TaskMatch;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.training.Services;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays a policy and stores what happened. */
@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a policy in an environment and stores the episodes as a data set.",
            "Content and hash depend on the environment, policy, noise and seed only."
        },
        footer = {
            "",
            "Example: cfcql data collect mpe/simple_spread --policy uniform"
                    + " --transitions 1000000 --seed 0 --out data/simple_spread-random"
        })
final class DataCollectCommand implements Callable<Integer> {
    private static final String UNIFORM = "uniform";

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ENV", description = "Environment id; see cfcql env list.")
    private String environment;

    @Option(
            names = "--policy",
            paramLabel = "uniform|CHECKPOINT",
            defaultValue = UNIFORM,
            description = "Who plays: uniformly random actions or a stored policy.")
    private String policy;

    @ArgGroup(multiplicity = "1")
    private Amount amount;

    /** How much; exactly one of the two. */
    static final class Amount {
        @Option(names = "--episodes", paramLabel = "N", description = "So many episodes.")
        private Integer episodes;

        @Option(
                names = "--transitions",
                paramLabel = "N",
                description = "Whole episodes until there are so many transitions.")
        private Long transitions;
    }

    @Option(
            names = "--noise",
            paramLabel = "S",
            defaultValue = "0",
            description = "Deviation of the noise added to a stored policy's continuous actions.")
    private double noise;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of start states and actions (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--envs",
            paramLabel = "E",
            defaultValue = "128",
            description = "Environments stepped together (default: ${DEFAULT-VALUE}).")
    private int environments;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Option of the environment, for example prey=PATH.")
    private Map<String, String> options = new TreeMap<>();

    @ArgGroup private Threshold threshold;

    /** Which episodes are stored; all of them where neither is given. */
    static final class Threshold {
        @Option(
                names = "--return-above",
                paramLabel = "R",
                description = "Store only episodes with a return larger than R.")
        private Double above;

        @Option(
                names = "--return-from",
                paramLabel = "R",
                description = "Store only episodes with a return of R or more.")
        private Double from;

        boolean passes(EpisodeBuffer episode) {
            // Single precision is what rewards come in: 0.8 must be equal to four fifths.
            float reached = (float) episode.score();
            return above == null ? reached >= from.floatValue() : reached > above.floatValue();
        }

        String note() {
            return above == null ? "from " + from : "above " + above;
        }
    }

    @Option(
            names = "--kind",
            description =
                    "Kind of data for the card (default: random for all of uniform play, else"
                            + " other).")
    private String kind;

    @Option(
            names = "--device",
            defaultValue = "cpu",
            description = "Device of a stored policy: cpu or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder.")
    private Path out;

    @Option(names = "--json", description = "Print JSON only: the keys of data inspect.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        requireSensible();
        PolicyFile stored = policy.equals(UNIFORM) ? null : PolicyFile.open(Path.of(policy));
        ComputeDevice computeDevice = ComputeDevice.parse(device);
        if (stored != null || computeDevice.kind() != ComputeDevice.Kind.CPU) {
            computeDevice = Wiring.computeDevice(device);
        }
        SortedMap<String, String> inForce = new TreeMap<>();
        if (stored != null) {
            inForce.putAll(stored.description().environmentOptions());
        }
        inForce.putAll(options);
        Services services = Wiring.services();
        DatasetCard card;
        try (VectorEnvironment vector =
                        services.environments()
                                .open(new EnvironmentRequest(environment, inForce, environments));
                PolicyFile.Loaded loaded =
                        stored == null ? null : load(stored, vector.spec(), computeDevice)) {
            TaskCard task = TaskCard.of(vector.spec(), inForce);
            try (Behaviour behaviour = behaviour(vector.spec(), loaded);
                    DatasetWriter writer = DatasetWriter.create(out, task)) {
                collect(collector(vector, task, behaviour, writer), writer);
                card = writer.finish(kind(), made(stored));
            }
        }
        print(card);
        return 0;
    }

    private Collector collector(
            VectorEnvironment vector, TaskCard task, Behaviour behaviour, DatasetWriter writer) {
        return threshold == null
                ? new Collector(vector, task, behaviour, seed, goal(), writer)
                : new Collector(vector, task, behaviour, seed, goal(), threshold::passes, writer);
    }

    private static PolicyFile.Loaded load(
            PolicyFile stored, EnvironmentSpec found, ComputeDevice device) {
        TaskMatch.require(stored.file().toString(), stored.description().task(), found);
        return stored.load(Wiring.algorithms(), new TensorFactory(device, Precision.FLOAT32));
    }

    private Behaviour behaviour(EnvironmentSpec found, PolicyFile.Loaded loaded) {
        return loaded == null
                ? new UniformBehaviour(found, environments)
                : new PolicyBehaviour(
                        loaded.policy(), found, environments, new Exploration.Noise(noise));
    }

    private void print(DatasetCard card) throws JsonProcessingException {
        PrintWriter printer = spec.commandLine().getOut();
        if (json) {
            printer.println(
                    new ObjectMapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(DatasetInspection.of(Dataset.open(out))));
        } else {
            printer.println(summary(card, out));
        }
    }

    private void requireSensible() {
        Number count = amount.episodes == null ? amount.transitions : amount.episodes;
        if (count.longValue() < 1 || environments < 1) {
            throw new UserError(
                    "expected positive --episodes or --transitions and --envs, found %s and %d"
                            .formatted(count, environments));
        }
        if (!(noise >= 0) || Double.isInfinite(noise)) {
            throw new UserError("expected --noise to be 0 or more, found " + noise);
        }
        if (policy.equals(UNIFORM) && noise > 0) {
            throw new UserError(
                    "expected --noise with a stored policy, found it with uniform play; leave it"
                            + " out");
        }
    }

    private void collect(Collector collector, DatasetWriter writer) {
        if (json || !BarProgress.fits()) {
            collector.collect(transitions -> {});
            return;
        }
        boolean episodes = amount.episodes != null;
        long total = episodes ? amount.episodes : amount.transitions;
        try (ProgressBar bar = new ProgressBar(episodes ? "episodes" : "transitions", total)) {
            collector.collect(
                    transitions -> bar.stepTo(episodes ? writer.episodes() : transitions));
        }
    }

    private Goal goal() {
        return amount.episodes == null
                ? new Goal.Transitions(amount.transitions)
                : new Goal.Episodes(amount.episodes);
    }

    private String kind() {
        if (kind != null) {
            return kind;
        }
        return policy.equals(UNIFORM) && threshold == null ? "random" : "other";
    }

    private Provenance made(PolicyFile stored) {
        SortedMap<String, String> notes = new TreeMap<>();
        String player = UNIFORM;
        if (threshold != null) {
            notes.put("storedReturns", threshold.note());
        }
        if (stored != null) {
            player = stored.description().algorithm();
            notes.put("policy_origin", stored.description().origin());
            notes.put("policy_sha256", ContentHash.ofFile(stored.file()));
            // What online training says of the moment it was kept: checkpointRound and Score.
            stored.metadata().tailMap("checkpoint").headMap("checkpoint~").forEach(notes::put);
        }
        return new Provenance(
                "collect",
                player,
                noise,
                Long.toUnsignedString(seed),
                CommandWords.of(spec),
                Version.current(),
                notes);
    }

    /** The line that commands which make a data set end with. */
    static String summary(DatasetCard card, Path folder) {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d episodes, %d transitions, return %.2f ± %.2f, hash %s",
                folder,
                card.kind(),
                card.episodes(),
                card.transitions(),
                card.returns().mean(),
                card.returns().std(),
                card.hash().substring(0, 16));
    }
}
