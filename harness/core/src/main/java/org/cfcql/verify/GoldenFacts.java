package org.cfcql.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keys of a golden file that are no settings, because something else decides them: the algorithm's
 * id or the stored arrays. They must agree with it, or the file means another scenario.
 */
final class GoldenFacts {
    private static final Set<String> WITH_PENALTY = Set.of("cfcql", "icql", "macql", "omar");

    private final GoldenFile file;
    private final SortedMap<String, String> differences = new TreeMap<>();

    private GoldenFacts(GoldenFile file) {
        this.file = file;
    }

    /** By key what was expected and found, for those that disagree. */
    static SortedMap<String, String> differences(GoldenFile file) {
        GoldenFacts facts = new GoldenFacts(file);
        String id = file.algorithmId();
        facts.require("cql", WITH_PENALTY.contains(id));
        facts.require("counterfactual_penalty", id.equals("cfcql"));
        facts.require("omar", id.equals("omar"));
        facts.require("raw_cql", id.equals("macql"));
        facts.require("optimizer", "adam");
        // Counters of the last copy, from which targets are counted here.
        facts.require("last_target_update_episode", 0);
        facts.require("last_target_update_step", 0);
        facts.require("iterations_before", 0);
        facts.require("model_type", "state_only");
        GoldenArray observations = file.arrays().get("step0/batch/obs");
        if (observations != null) {
            facts.requireAxes(observations.shape());
        }
        return facts.differences;
    }

    /** Files of one agent leave its axis out. */
    private void requireAxes(long[] shape) {
        require(file.discrete() ? "B" : "batch", shape[0]);
        if (file.discrete()) {
            require("n", shape[2]);
            require("O", shape[3]);
        } else if (shape.length == 3) {
            require("agents", shape[1]);
            require("obs", shape[2]);
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
