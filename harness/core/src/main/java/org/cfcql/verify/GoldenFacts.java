package org.cfcql.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keys of a golden file that are no settings, because something else decides them: the algorithm's
 * id or the stored arrays. They must agree with it, or the file means another scenario.
 */
final class GoldenFacts {
    /** Of every algorithm that says nothing else; counters are of the last copy of targets. */
    private static final Map<String, String> USUAL =
            Map.of(
                    "cql", "false",
                    "counterfactual_penalty", "false",
                    "raw_cql", "false",
                    "optimizer", "adam",
                    "last_target_update_episode", "0",
                    "last_target_update_step", "0",
                    "iterations_before", "0",
                    "model_type", "state_only");

    private static final String BATCH = "step0/batch/";

    private final GoldenFile file;
    private final SortedMap<String, String> differences = new TreeMap<>();

    private GoldenFacts(GoldenFile file) {
        this.file = file;
    }

    /** By key what was expected and found, for those that disagree. */
    static SortedMap<String, String> differences(GoldenFile file) {
        GoldenFacts facts = new GoldenFacts(file);
        Map<String, String> expected = new TreeMap<>(USUAL);
        expected.putAll(file.terms().facts(file.branch()));
        expected.forEach(facts::require);
        facts.requireCounts();
        facts.requireAxes();
        return facts.differences;
    }

    /** A cut file keeps the counts of the whole one. */
    private void requireCounts() {
        JsonNode config = file.config();
        if (config.path("steps").asInt(file.steps()) < file.steps()) {
            require("steps", file.steps());
        }
        int follow = 0;
        for (JsonNode step : config.path("schedule")) {
            follow += step.path("soft_update_after").asBoolean() ? 1 : 0;
        }
        if (config.path("rounds").asInt(follow) < follow) {
            require("rounds", follow);
        }
    }

    /** Files of one agent leave its axis out, independent learners have no state. */
    private void requireAxes() {
        if (file.discrete()) {
            axes("obs", "B", "", "n", "O");
            axes("avail_actions", "B", "", "n", "A");
            axes("state", "B", "", "S");
            GoldenArray filled = file.arrays().get(BATCH + "filled");
            if (filled != null && filled.shape().length == 2) {
                require("T", filled.shape()[1] - 1);
            }
            return;
        }
        axes("obs", "batch", "agents", "obs");
        axes("obs", "batch", "obs");
        axes("actions", "batch", "agents", "action");
        axes("actions", "batch", "action");
        axes("state", "batch", "state");
        if (!file.arrays().containsKey(BATCH + "state")) {
            require("state", 0);
        }
    }

    /** Names the axes of an array that has as many; an empty name is not looked at. */
    private void axes(String field, String... keys) {
        GoldenArray stored = file.arrays().get(BATCH + field);
        if (stored != null && stored.shape().length == keys.length) {
            for (int axis = 0; axis < keys.length; axis++) {
                require(keys[axis], stored.shape()[axis]);
            }
        }
    }

    private void require(String key, Object expected) {
        JsonNode found = file.config().path(key);
        if (!found.isMissingNode() && !found.asText().equals(String.valueOf(expected))) {
            differences.put(
                    key,
                    "expected %s for %s, stored %s"
                            .formatted(expected, file.algorithm(), found.asText()));
        }
    }
}
