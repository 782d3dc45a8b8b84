package org.cfcql.run.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.UserError;
import org.cfcql.learn.Branch;
import org.cfcql.learn.TaskShape;
import org.cfcql.run.dataset.DatasetDirectory;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.Experiment.BudgetChoice;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;
import org.cfcql.run.experiment.Experiment.EvaluationChoice;
import org.cfcql.run.experiment.TaskCatalogue;

/**
 * The tasks of an experiment: those that something is published for, and any others.
 *
 * @param byId tasks by the id of their environment
 * @param withoutEnvironment ids of data whose environment the harness does not have
 */
public record Tasks(Map<String, TaskCatalogue.Task> byId, Set<String> withoutEnvironment) {
    /** Copies both. */
    public Tasks {
        byId = Map.copyOf(byId);
        withoutEnvironment = Set.copyOf(withoutEnvironment);
    }

    /** Whether policies can be evaluated in a task: the harness has its environment. */
    boolean canEvaluate(String id) {
        return !withoutEnvironment.contains(id);
    }

    /**
     * Finds the tasks of an experiment. Of one that nothing is published for, the card of its data
     * says the branch, or its process where there are no data.
     *
     * @throws UserError for an environment that does not exist, and for lengths that are neither
     *     published nor in the experiment
     */
    public static Tasks of(
            Experiment experiment, DatasetDirectory datasets, EnvironmentProvider environments) {
        Map<String, TaskCatalogue.Task> tasks = new LinkedHashMap<>();
        Set<String> unknown = new HashSet<>();
        for (EnvironmentChoice choice : experiment.environments()) {
            boolean published = TaskCatalogue.find(choice.id()).isPresent();
            if (!published
                    && !environments.knows(choice.id())
                    && ofData(experiment, choice, datasets).isPresent()) {
                unknown.add(choice.id());
            }
        }
        for (EnvironmentChoice choice : experiment.environments()) {
            tasks.computeIfAbsent(
                    choice.id(),
                    id ->
                            TaskCatalogue.find(id)
                                    .orElseGet(
                                            () ->
                                                    unpublished(
                                                            experiment,
                                                            choice,
                                                            datasets,
                                                            environments,
                                                            unknown.contains(id))));
        }
        return new Tasks(tasks, unknown);
    }

    /** The task of one of the experiment's environments. */
    public TaskCatalogue.Task task(String id) {
        return byId.get(id);
    }

    /** Whether a task of a branch is among them. */
    boolean has(Branch branch) {
        return byId.values().stream().anyMatch(task -> task.branch() == branch);
    }

    private static TaskCatalogue.Task unpublished(
            Experiment experiment,
            EnvironmentChoice choice,
            DatasetDirectory datasets,
            EnvironmentProvider environments,
            boolean dataOnly) {
        if (!dataOnly) {
            environments.requireKnown(choice.id());
        }
        Branch branch = branch(experiment, choice, datasets, environments);
        requireLengths(experiment, choice.id(), branch, !dataOnly);
        return TaskCatalogue.unpublished(choice.id(), branch);
    }

    private static Branch branch(
            Experiment experiment,
            EnvironmentChoice choice,
            DatasetDirectory datasets,
            EnvironmentProvider environments) {
        Optional<TaskShape> stored = ofData(experiment, choice, datasets);
        if (stored.isPresent()) {
            return Branch.of(stored.get().actionSpace());
        }
        EnvironmentRequest request = new EnvironmentRequest(choice.id(), choice.options(), 1);
        try (VectorEnvironment environment = environments.open(request)) {
            return Branch.of(environment.spec().actionSpace());
        }
    }

    /** The task as the first data set of it has it. */
    private static Optional<TaskShape> ofData(
            Experiment experiment, EnvironmentChoice choice, DatasetDirectory datasets) {
        return experiment.datasets().stream()
                .map(data -> datasets.facts(data.pathFor(experiment.seeds().get(0))).task())
                .filter(shape -> shape.environment().equals(choice.id()))
                .findFirst();
    }

    /** All keys that are missing in one message. */
    private static void requireLengths(
            Experiment experiment, String id, Branch branch, boolean playable) {
        BudgetChoice budget = experiment.budget();
        EvaluationChoice evaluation = experiment.evaluation();
        List<String> missing = new ArrayList<>();
        if (branch == Branch.CONTINUOUS) {
            require("budget.rounds", budget.rounds(), missing);
            require("budget.criticPerActor", budget.criticPerActor(), missing);
        } else {
            OptionalInt steps = budget.gradientSteps();
            require(
                    "budget.gradientSteps (or budget.slots)",
                    steps.isPresent() ? steps : budget.slots(),
                    missing);
        }
        require("budget.batch", budget.batch(), missing);
        if (playable && !evaluation.skipped()) {
            require("evaluation.every", evaluation.every(), missing);
            require("evaluation.episodes", evaluation.episodes(), missing);
            require("evaluation.finalEpisodes", evaluation.finalEpisodes(), missing);
        }
        if (!missing.isEmpty()) {
            throw new UserError(
                    "expected "
                            + String.join(", ", missing)
                            + " in the experiment, because nothing is published for "
                            + id
                            + ", found none; set "
                            + (missing.size() == 1 ? "it" : "them"));
        }
    }

    private static void require(String key, OptionalInt value, List<String> missing) {
        if (value.isEmpty()) {
            missing.add(key);
        }
    }
}
