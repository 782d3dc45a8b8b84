package org.cfcql.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.foreign.Converter;
import org.cfcql.data.foreign.ForeignImport;
import org.cfcql.data.foreign.ForeignLayout;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.UserError;
import org.cfcql.learn.Branch;
import org.cfcql.run.experiment.TaskCatalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Converts data of other projects. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Converts data in the layout of another project to a data set and verifies it.",
            "  cfcql-h5  HDF5 file or folder of part_N.h5 with obs, state, actions, filled, ...",
            "  omar      folder of obs_0.npy, acs_0.npy, ...",
            "  omiga     HDF5 file or folder of part_N.h5 with s, o, a, r, d",
            "  pymarl    folder of obs.npy, filled.npy, ..., meta.json",
            "  vault     OG-MARL's NAME.vlt/UID",
            "The layout is told by the files; task and kind by names such as 2s3z_medium.h5,",
            "TASK/KIND/seed_K_data or Ant-v2-2x4-expert.hdf5 unless they are given.",
            "Needs the Python packages of: cfcql env install data"
        },
        footer = {
            "",
            "Example: cfcql data import datasets/simple_spread/medium/seed_0_data"
                    + " --out data/simple_spread-medium",
            "         cfcql data import part_0.h5 --env lab/forage --kind medium"
                    + " --out data/forage-medium"
        })
final class DataImportCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", description = "File or folder.")
    private Path source;

    @Option(
            names = "--format",
            converter = ForeignLayoutConverter.class,
            description = "Layout; by default told by the files.")
    private Optional<ForeignLayout> format = Optional.empty();

    @Option(
            names = {"--env", "--environment"},
            paramLabel = "ENV",
            description = "Environment id, also one that the harness does not have.")
    private Optional<String> environment = Optional.empty();

    @Option(names = "--kind", description = "Kind of data for the card.")
    private Optional<String> kind = Optional.empty();

    @Option(
            names = "--episode-limit",
            paramLabel = "N",
            description = "Steps of an episode, where they are not those of task or file.")
    private Optional<Integer> episodeLimit = Optional.empty();

    @Option(
            names = "--flags-at-limit",
            paramLabel = "MEANING",
            description =
                    "What done flags at the episode limit mean: time-limit (learners stop there),"
                            + " go-on (a time limit after which learners bootstrap) or end.")
    private Optional<String> flagsAtLimit = Optional.empty();

    @Option(
            names = "--final-slot",
            paramLabel = "yes|no",
            description =
                    "Whether the last filled slot of padded episodes holds a final observation.")
    private Optional<String> finalSlot = Optional.empty();

    @Option(
            names = "--draw",
            paramLabel = "N|all",
            description = "Which draw of a vault; all makes a folder of data sets draw_0, ...")
    private Optional<String> draw = Optional.empty();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder.")
    private Path out;

    @Override
    public Integer call() {
        require(flagsAtLimit, "--flags-at-limit", "time-limit|go-on|end");
        require(finalSlot, "--final-slot", "yes|no");
        require(draw, "--draw", "\\d{1,6}|all");
        if (episodeLimit.isPresent() && episodeLimit.get() < 1) {
            throw new UserError(
                    "expected --episode-limit of at least 1, found " + episodeLimit.get());
        }
        Bridges bridges = Bridges.at(Home.locate());
        Converter converter = new Converter(bridges);
        ForeignImport asked =
                new ForeignImport(
                        source,
                        format,
                        environment,
                        kind,
                        episodeLimit,
                        flagsAtLimit,
                        finalSlot.map("yes"::equals),
                        draw.filter(text -> !text.equals(ALL)).map(Integer::valueOf));
        if (draw.filter(ALL::equals).isEmpty()) {
            load(asked, out, converter);
            return 0;
        }
        int draws = load(asked.ofDraw(0), out.resolve("draw_0"), converter);
        for (int number = 1; number < draws; number++) {
            load(asked.ofDraw(number), out.resolve("draw_" + number), converter);
        }
        return 0;
    }

    private static void require(Optional<String> value, String option, String allowed) {
        if (value.isPresent() && !value.get().matches(allowed)) {
            throw new UserError(
                    "expected %s to be %s, found '%s'"
                            .formatted(
                                    option,
                                    allowed.replace("\\d{1,6}", "a number").replace("|", " or "),
                                    value.get()));
        }
    }

    /** Imports one data set; returns how many the source holds. */
    private int load(ForeignImport asked, Path target, Converter converter) {
        ForeignImport.Imported imported =
                asked.importTo(
                        target,
                        CommandWords.of(spec),
                        Version.current(),
                        converter,
                        DataImportCommand::requireBranch);
        PrintWriter screen = spec.commandLine().getOut();
        screen.println(DataCollectCommand.summary(imported.card(), target));
        imported.said().forEach(line -> screen.println("  " + line));
        String id = imported.card().task().environment();
        BridgeProvider provider = new BridgeProvider(converter.bridges());
        if (!provider.knows(id)) {
            screen.println(
                    "  the harness has no environment "
                            + id
                            + ": learners train on these data and policies export, results are not"
                            + " evaluated");
        }
        return imported.draws();
    }

    /** Tasks that are published have actions of one sort. */
    private static void requireBranch(DatasetCard card) {
        Branch found = Branch.of(card.task().actionSpace());
        TaskCatalogue.find(card.task().environment())
                .filter(task -> task.branch() != found)
                .ifPresent(
                        task -> {
                            throw new UserError(
                                    "expected %s actions, which %s has, found %s ones; say another --env"
                                            .formatted(
                                                    name(task.branch()),
                                                    card.task().environment(),
                                                    name(found)));
                        });
    }

    private static String name(Branch branch) {
        return branch == Branch.DISCRETE ? "discrete" : "continuous";
    }
}
