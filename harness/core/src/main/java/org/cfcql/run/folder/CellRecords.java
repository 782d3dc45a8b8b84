package org.cfcql.run.folder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.error.NumericFault;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.run.storage.JsonLinesFile;

/** Writes the append-only curves of a cell and keeps the means of its evaluations. */
public final class CellRecords implements AutoCloseable {
    private final JsonLinesFile metrics;
    private final JsonLinesFile evaluations;

    /** Continues the files, cut to the lengths of a checkpoint. */
    public CellRecords(CellFolder folder, Map<String, Long> lengths) {
        metrics = new JsonLinesFile(folder.metrics(), lengths.getOrDefault("metrics.jsonl", 0L));
        try {
            evaluations =
                    new JsonLinesFile(
                            folder.evaluations(), lengths.getOrDefault("evaluations.jsonl", 0L));
        } catch (RuntimeException damaged) {
            metrics.close();
            throw damaged;
        }
    }

    /** Lengths for a checkpoint; the lines are durable when this returns. */
    public Map<String, Long> lengths() {
        metrics.sync();
        evaluations.sync();
        return Map.of("metrics.jsonl", metrics.length(), "evaluations.jsonl", evaluations.length());
    }

    /**
     * Writes the numbers of a round.
     *
     * @throws NumericFault if one is not finite
     */
    public void round(int round, Map<String, Double> numbers, BudgetLedger ledger) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("round", round);
        line.put("criticSteps", ledger.spent(Role.CRITIC));
        line.put("actorSteps", ledger.spent(Role.ACTOR));
        line.put("batches", ledger.spent(Role.BATCH));
        numbers.forEach(
                (name, value) -> {
                    requireFinite(name, value, "round " + round);
                    line.put(name, value);
                });
        metrics.append(line);
    }

    /** Writes the numbers of an update of an auxiliary model. */
    public void pretraining(String name, long update, Map<String, Double> numbers) {
        metrics.append(pretrainingLine(name, update, numbers));
    }

    /** Takes over the numbers of a model that was trained apart. */
    public void pretraining(List<Map<String, Object>> lines) {
        lines.forEach(metrics::append);
    }

    /**
     * The line of an update of an auxiliary model.
     *
     * @throws NumericFault if a number is not finite
     */
    public static Map<String, Object> pretrainingLine(
            String name, long update, Map<String, Double> numbers) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("pretraining", name);
        line.put("update", update);
        numbers.forEach(
                (key, value) -> {
                    requireFinite(key, value, "update " + update + " of " + name);
                    line.put(key, value);
                });
        return line;
    }

    /**
     * Writes the episodes of an evaluation.
     *
     * @param evaluation number of the evaluation or {@code final}
     * @param progress further numbers of this moment
     * @throws NumericFault if a score is not finite
     */
    public void evaluation(
            Object evaluation,
            int round,
            List<Long> seeds,
            List<EpisodeResult> outcomes,
            SortedMap<String, Double> progress) {
        for (int episode = 0; episode < outcomes.size(); episode++) {
            EpisodeResult outcome = outcomes.get(episode);
            requireFinite("score", outcome.score(), "evaluation " + evaluation);
            List<Double> returns = new ArrayList<>();
            for (double agentReturn : outcome.agentReturns()) {
                returns.add(agentReturn);
            }
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("evaluation", evaluation);
            line.put("round", round);
            line.putAll(progress);
            line.put("episode", episode);
            line.put("seed", Long.toUnsignedString(seeds.get(episode)));
            line.put("score", outcome.score());
            line.put("length", outcome.length());
            line.put("agentReturns", returns);
            line.put("info", outcome.info());
            evaluations.append(line);
        }
    }

    private static void requireFinite(String name, double value, String where) {
        if (!Double.isFinite(value)) {
            throw new NumericFault(
                    "expected finite numbers, found "
                            + name
                            + " = "
                            + value
                            + " in "
                            + where
                            + "; lower the learning rate or alpha, the state is kept in the cell's"
                            + " evidence folder");
        }
    }

    @Override
    public void close() {
        metrics.close();
        evaluations.close();
    }
}
