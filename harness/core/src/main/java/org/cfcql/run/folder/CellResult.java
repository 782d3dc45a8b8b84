package org.cfcql.run.folder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Settings;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.outcome.Continuations;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.Sweep;
import org.cfcql.run.experiment.Words;
import org.cfcql.run.plan.Cell;

/** The content of {@code result.json}: no clock, host or process in it. */
public final class CellResult {
    private static final int SCHEMA = 1;
    private static final int TAIL_EVALUATIONS = 10;

    private CellResult() {}

    /** The result of a finished cell. */
    public static Map<String, Object> of(
            Cell cell,
            DatasetFacts facts,
            EnvironmentSpec environment,
            Settings settings,
            BudgetLedger ledger,
            EvaluationHistory history,
            CellPlaces places) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("schema", SCHEMA);
        result.put("cell", cell.id());
        result.put("algorithm", cell.algorithm());
        result.put("variant", cell.variant());
        result.put("environment", cell.environment().id());
        result.put("dataset", cell.material().name());
        result.put("datasetKind", facts.task().datasetKind());
        result.put("datasetHash", facts.hash());
        result.put("seed", cell.seed());
        result.put("track", cell.track().name().toLowerCase(Locale.ROOT));
        result.put("scale", cell.length().scale());
        if (cell.evaluation().takesPlace()) {
            scores(result, history);
        } else {
            result.put("evaluation", CellOutcome.NOT_EVALUATED);
        }
        result.put("rounds", cell.length().rounds());
        result.put("ledger", LedgerJson.of(ledger));
        result.put("environmentFingerprint", environment.fingerprint());
        result.put("environmentIngredients", new TreeMap<>(environment.ingredients()));
        result.put("settings", settingsInForce(cell, settings));
        if (!places.continuations().isEmpty()) {
            result.put(Continuations.FIELD, places.continuations());
        }
        return result;
    }

    private static void scores(Map<String, Object> result, EvaluationHistory history) {
        ScoreSample last = ScoreSample.of(history.last());
        result.put("score", last.mean());
        result.put("final", sample("episodes", last, true));
        List<Double> means = history.means();
        List<Double> tail =
                means.subList(Math.max(0, means.size() - TAIL_EVALUATIONS), means.size());
        result.put("tail", sample("evaluations", ScoreSample.of(tail), false));
        result.put("best", ScoreSample.of(means).max());
    }

    /** Every setting in force, those of the harness included. */
    static Map<String, Object> settingsInForce(Cell cell, Settings settings) {
        Map<String, Object> all = new TreeMap<>(settings.resolved());
        all.put(Sweep.REPLAY, Words.of(cell.material().replay()));
        all.put(Sweep.START_STATES, Words.of(cell.evaluation().startStates()));
        if (cell.branch() == Branch.DISCRETE && !cell.online()) {
            OptionalInt drawn = cell.material().episodes();
            all.put(
                    Sweep.DATA_EPISODES,
                    drawn.isPresent() ? drawn.getAsInt() : (Object) Experiment.ALL);
        }
        return all;
    }

    private static Map<String, Object> sample(String unit, ScoreSample sample, boolean range) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(unit, sample.count());
        map.put("mean", sample.mean());
        map.put("std", sample.std());
        if (range) {
            map.put("min", sample.min());
            map.put("max", sample.max());
        }
        return map;
    }
}
