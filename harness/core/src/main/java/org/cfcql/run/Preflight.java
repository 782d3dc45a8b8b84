package org.cfcql.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Settings;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.dataset.TaskMatch;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;
import org.cfcql.run.experiment.Sweep;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.GrantedBudget;
import org.cfcql.run.plan.Plan;
import org.cfcql.run.plan.Pretraining;
import org.cfcql.run.plan.Tasks;
import org.cfcql.run.play.OnlineSettings;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.Training;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses an experiment that cannot run before anything of it has run. */
public final class Preflight {
    /** The harness's own keys that only data of whole episodes have. */
    private static final Set<String> OF_EPISODES = Set.of(Sweep.SEQUENCES, Sweep.DATA_EPISODES);

    /**
     * Cells up to which every combination of settings is checked, which takes milliseconds each.
     */
    private static final int EVERY_SETTING = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

    private Preflight() {}

    /**
     * Plans an experiment and checks every part of it: ids and branches first, then the cards of
     * the data, then the settings of every algorithm.
     *
     * @throws UserError for the first thing that is wrong
     */
    public static Plan plan(Experiment experiment, Services services) {
        Tasks tasks = Tasks.of(experiment, services.datasets(), services.environments());
        for (EnvironmentChoice environment : experiment.environments()) {
            Branch branch = tasks.task(environment.id()).branch();
            services.environments().requireOptions(environment.id(), environment.options());
            experiment
                    .algorithms()
                    .forEach(
                            (id, settings) -> {
                                Algorithm algorithm = services.algorithms().find(id, settings);
                                requireCapable(algorithm, environment, branch);
                                requireKnownTo(branch, algorithm, settings, environment);
                            });
        }
        Plan plan =
                Plan.of(
                        experiment,
                        tasks,
                        services.datasets(),
                        id ->
                                services.algorithms()
                                        .find(id, experiment.algorithms().get(id))
                                        .capabilities()
                                        .online());
        requireSizes(plan, services);
        Set<List<Object>> checked = new HashSet<>();
        boolean all = plan.cells().size() <= EVERY_SETTING;
        Set<List<Object>> values = new HashSet<>();
        for (Cell cell : plan.cells()) {
            DatasetFacts facts = services.facts(cell);
            requireEnoughEpisodes(cell, facts, cell.length().batch());
            requirePlayable(cell);
            // In longer sweeps each value of each key, beside some values of the others.
            boolean fresh = valuesOf(cell, facts).stream().filter(values::add).count() > 0;
            if ((all || fresh)
                    && checked.add(
                            List.of(
                                    cell.algorithm(),
                                    cell.settings(),
                                    cell.track(),
                                    facts.task(),
                                    facts.consecutive()))) {
                requireSettings(cell, facts, services);
            }
        }
        return plan;
    }

    /**
     * Data that were made with other options than the environment will have, or nobody knows where,
     * are held to the sizes that it says it has, for which it is opened. Other data have been made
     * in it.
     */
    private static void requireSizes(Plan plan, Services services) {
        Set<Object> compared = new HashSet<>();
        for (Cell cell : plan.cells()) {
            DatasetFacts facts = services.facts(cell);
            EnvironmentChoice choice = cell.environment();
            boolean ownData =
                    !facts.fingerprint().isEmpty() && facts.options().equals(choice.options());
            String path = cell.material().path();
            boolean unplayed = cell.online() || !cell.evaluation().takesPlace();
            if (unplayed || ownData || !compared.add(List.of(choice, path))) {
                continue;
            }
            EnvironmentRequest request = new EnvironmentRequest(choice.id(), choice.options(), 1);
            try (VectorEnvironment environment = services.environments().open(request)) {
                TaskMatch.require(path, facts.task(), environment.spec());
            } catch (MissingDependency elsewhere) {
                // The machine that plans need not be the one that runs; every cell compares again
                // before it trains.
                LOG.warn("sizes of {} are not compared yet: {}", path, elsewhere.getMessage());
            }
        }
    }

    private static List<List<Object>> valuesOf(Cell cell, DatasetFacts facts) {
        List<List<Object>> values = new ArrayList<>();
        List<Object> alike = List.of(cell.algorithm(), cell.track(), facts.task());
        values.add(alike);
        cell.settings().forEach((key, value) -> values.add(List.of(alike, key, value)));
        return values;
    }

    private static void requireCapable(
            Algorithm algorithm, EnvironmentChoice environment, Branch branch) {
        if (!algorithm.capabilities().branches().contains(branch)) {
            throw new UserError(
                    "expected an algorithm for the "
                            + name(branch)
                            + " actions of "
                            + environment.id()
                            + ", found '"
                            + algorithm.id()
                            + "', which is not defined for them; leave it out");
        }
    }

    private static void requireKnownTo(
            Branch branch,
            Algorithm algorithm,
            Map<String, ?> settings,
            EnvironmentChoice environment) {
        Branch other = branch == Branch.CONTINUOUS ? Branch.DISCRETE : Branch.CONTINUOUS;
        Set<String> foreign = new HashSet<>();
        if (algorithm.capabilities().branches().contains(other)) {
            foreign.addAll(BranchKeys.of(algorithm, other, settings));
        }
        if (branch == Branch.CONTINUOUS) {
            foreign.addAll(OF_EPISODES);
        }
        foreign.removeAll(BranchKeys.of(algorithm, branch, settings));
        if (branch == Branch.CONTINUOUS) {
            // The harness's alone, also where an algorithm takes whatever key there is.
            foreign.add(Sweep.DATA_EPISODES);
        }
        for (String key : settings.keySet()) {
            if (foreign.contains(key)) {
                throw new UserError(
                        "expected keys of the "
                                + name(branch)
                                + " branch for "
                                + algorithm.id()
                                + " on "
                                + environment.id()
                                + ", found '"
                                + key
                                + "', which only "
                                + name(other)
                                + " tasks have; leave it out");
            }
        }
    }

    private static void requireEnoughEpisodes(Cell cell, DatasetFacts facts, int batch) {
        if (cell.branch() == Branch.CONTINUOUS && !cell.online() && facts.transitions() < batch) {
            throw new UserError(
                    cell.material().path()
                            + ": expected at least as many transitions as a batch has ("
                            + batch
                            + "), found "
                            + facts.transitions()
                            + "; set a smaller budget.batch");
        }
        boolean episodic = cell.branch() == Branch.DISCRETE && !cell.online();
        OptionalInt drawn = cell.material().episodes();
        long episodes = drawn.isPresent() ? drawn.getAsInt() : facts.episodes();
        if (episodic && episodes < batch) {
            throw new UserError(
                    cell.material().path()
                            + ": expected at least as many episodes as a batch has ("
                            + batch
                            + "), found "
                            + episodes
                            + "; set a smaller batch, or let data.episodes be larger");
        }
    }

    private static void requirePlayable(Cell cell) {
        if (cell.online() && !cell.evaluation().takesPlace()) {
            throw new UserError(
                    "expected an environment with evaluations for "
                            + cell.algorithm()
                            + ", which plays for its own data, found none for "
                            + cell.environment().id()
                            + "; leave the algorithm out, or 'evaluation: none'");
        }
    }

    private static void requireNextActions(Cell cell, DatasetFacts facts, boolean read) {
        if (read && !facts.consecutive()) {
            throw new UserError(
                    cell.material().path()
                            + ": expected transitions in the order of play for "
                            + cell.algorithm()
                            + ", which reads the next actions, found next observations apart from"
                            + " the rows; use other data or leave the algorithm out");
        }
    }

    /** Reads every key, then builds the learner once without a budget. */
    private static void requireSettings(Cell cell, DatasetFacts facts, Services services) {
        Settings settings = new Settings(cell.algorithm(), cell.settings());
        OnlineSettings.check(cell, settings);
        ConfiguredAlgorithm configured = services.configure(cell, facts.task(), settings);
        requireNextActions(cell, facts, configured.readsNextActions());
        List<PretrainingPlan> pretraining = Pretraining.of(configured, cell, facts);
        pretraining.forEach(plan -> requireEnoughEpisodes(cell, facts, plan.batchSize()));
        GrantedBudget.of(cell, configured.schedule(), pretraining);
        try (PointerScope scope = new PointerScope()) {
            BudgetLedger nothing = new BudgetLedger(new Budget(Map.of()));
            try (Training training = new Training(configured, cell.onProcessor(), nothing)) {
                // Else the first evaluation of what was trained for hours would be the last.
                if (training.learner().opaqueState().isEmpty()) {
                    PolicyFile.acting(training.learner().networks());
                }
            }
        }
    }

    private static String name(Branch branch) {
        return branch == Branch.DISCRETE ? "discrete" : "continuous";
    }
}
