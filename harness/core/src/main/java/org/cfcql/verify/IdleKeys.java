package org.cfcql.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Keys that a golden file may hold although its learner has no use for them: the published code
 * writes down all options of a family of algorithms, whichever of them the scenario used. A key
 * that is idle for another reason hides something, and the file fails.
 */
final class IdleKeys {
    /**
     * A key that is idle where another key, or the key itself, has a value.
     *
     * @param key the idle key
     * @param witness the key that tells
     * @param value its value as text
     */
    private record Idle(String key, String witness, String value) {
        boolean holds(String name, JsonNode config) {
            return key.equals(name)
                    && config.has(witness)
                    && config.get(witness).asText().equals(value);
        }
    }

    private static final List<Idle> IDLE =
            List.of(
                    // Without a penalty its keys say nothing.
                    new Idle("alpha", "cql", "false"),
                    new Idle("beta_action_noise", "cql", "false"),
                    new Idle("form", "cql", "false"),
                    new Idle("lse_temperature", "cql", "false"),
                    new Idle("sample_noise", "cql", "false"),
                    new Idle("sampled_actions", "cql", "false"),
                    // A penalty on joint actions has no others whose actions could be disturbed.
                    new Idle("beta_action_noise", "counterfactual_penalty", "false"),
                    new Idle("raw_sample_actions", "raw_cql", "false"),
                    // Nor has it weights of agents.
                    new Idle("softmax_temp", "raw_cql", "true"),
                    new Idle("lambda", "lambda", "uniform"),
                    new Idle("lambda_tau", "lambda_tau", "0.0"),
                    // What every learner without a choice does.
                    new Idle("context_length", "context_length", "1"),
                    new Idle("log_density_pairing", "log_density_pairing", "paired"),
                    new Idle("next_group_others", "next_group_others", "policy"));

    private IdleKeys() {}

    /** Whether a learner may leave a key of a file unread. */
    static boolean contains(String key, JsonNode config) {
        return IDLE.stream().anyMatch(idle -> idle.holds(key, config));
    }
}
