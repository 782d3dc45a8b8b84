package org.cfcql.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** The table from the golden files' configuration keys to settings of the experiment. */
final class GoldenKeys {
    /** By how much the published episode counter advances per gradient step. */
    private static final int EPISODES_PER_STEP = 8;

    /** The temperature that stands for an arg-max (D-3). */
    private static final double ARGMAX = 100;

    /** Dimensions, counts and facts that follow from the algorithm's id: {@link GoldenFacts}. */
    private static final Set<String> STRUCTURE =
            Set.of(
                    "A",
                    "B",
                    "O",
                    "S",
                    "T",
                    "action",
                    "agents",
                    "batch",
                    "counterfactual_penalty",
                    "cql",
                    "iterations_before",
                    "last_target_update_episode",
                    "last_target_update_step",
                    "model_type",
                    "n",
                    "obs",
                    "optimizer",
                    "raw_cql",
                    "rounds",
                    "schedule",
                    "state",
                    "steps");

    private static final Map<String, String> WORDS =
            Map.of(
                    "next_index_action", "nextIndexAction",
                    "dataset_action", "datasetAction",
                    "vae", "softmax");

    /**
     * A row; a golden key may have several. Rows of an algorithm win over these.
     *
     * @param golden key of the file
     * @param setting key of the experiment
     * @param translate value of the setting
     */
    private record Row(String golden, String setting, Function<JsonNode, Object> translate) {
        static Row of(GoldenKey key) {
            return new Row(
                    key.golden(),
                    key.setting(),
                    value -> key.words().getOrDefault(value.asText(), plain(value)));
        }
    }

    private static final List<Row> ROWS =
            List.of(
                    row("action_regularisation", "actionRegularisation"),
                    row("M_update_e", "teacher.refreshEvery"),
                    row("alpha", "alpha"),
                    row("beta_action_noise", "lse.othersNoise"),
                    row("beta_policy", "policyTemperature"),
                    row("beta_target", "targetTemperature"),
                    row("context_length", "context"),
                    row("cosine_steps", "cosineSteps"),
                    row("counterfactual_policy", "cfp"),
                    row("counterfactual_target", "cft"),
                    row("cql_alpha", "alpha"),
                    row("critic_lr", "criticLr"),
                    row("critic_per_actor", "criticPerActor"),
                    row("density_correction", "lse.density"),
                    // The published counter advances by eight per gradient step (spec 1.8).
                    new Row(
                            "episode_counter",
                            "target.stepsBefore",
                            value -> value.path(0).asInt() / EPISODES_PER_STEP),
                    row("expectile", "expectile"),
                    row("form", "form"),
                    row("gamma", "gamma"),
                    row("global_cql_alpha", "alpha"),
                    row("grad_norm_clip", "gradientClip"),
                    row("gradient_clip", "gradientClip"),
                    row("hidden", "hidden"),
                    row("hypernet_embed", "mixer.hypernet"),
                    row("inner_steps_before", "target.stepsBefore"),
                    row("inverse_temperature", "inverseTemperature"),
                    row("lambda", "lambda.mode"),
                    row("lambda_tau", "lambda.tau"),
                    row("log_density_pairing", "lse.logp"),
                    row("log_std_max", "logStdMax"),
                    row("log_std_min", "logStdMin"),
                    row("lr", "lr"),
                    row("lse_temperature", "lse.temperature"),
                    row("mixing_embed_dim", "mixer.embedding"),
                    row("n_embd", "width"),
                    row("n_head", "heads"),
                    row("n_layer", "layers"),
                    row("next_group_others", "lse.nextOthers"),
                    row("optim_alpha", "rmsprop.decay"),
                    row("optim_eps", "rmsprop.epsilon"),
                    row("rnn_hidden_dim", "hidden"),
                    row("sample_noise", "lse.sampleNoise"),
                    row("sampled_actions", "lse.samples"),
                    row("search", "search.mode"),
                    row("search_elites", "search.elites"),
                    row("search_iterations", "search.iterations"),
                    row("search_mean0", "search.mean"),
                    row("search_samples", "search.samples"),
                    row("search_std0", "search.deviation"),
                    row("softmax_temp", "lambda.tau"),
                    new Row(
                            "softmax_temp",
                            "lambda.mode",
                            value -> value.asDouble() == ARGMAX ? "argmax" : "softmax"),
                    row("target_noise", "targetNoise"),
                    row("target_noise_clip", "targetNoiseClip"),
                    row("target_tau", "targetTau"),
                    new Row(
                            "target_update_interval",
                            "target.interval",
                            value -> value.asInt() / EPISODES_PER_STEP),
                    row("t_max", "cosineSteps"),
                    row("tau", "expectile"),
                    row("td_lambda", "td.lambda"),
                    row("temperature", "temperature"),
                    row("vae_beta", "vae.beta"),
                    row("vae_hidden", "vae.hidden"),
                    row("vae_latent", "vae.latent"),
                    row("vae_samples", "vae.samples"),
                    row("weight_cap", "weightCap"),
                    row("weight_decay", "weightDecay"));

    private GoldenKeys() {}

    private static Row row(String golden, String setting) {
        return new Row(golden, setting, GoldenKeys::plain);
    }

    private static Object plain(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        return value.isNumber()
                ? (Object) value.asDouble()
                : WORDS.getOrDefault(value.asText(), value.asText());
    }

    /**
     * Settings of a file.
     *
     * @param algorithm id without branch
     * @throws GoldenMismatch for a key that is unknown, or that says another thing than another one
     */
    static Map<String, Object> settings(String algorithm, JsonNode config) {
        Map<String, Object> settings = new LinkedHashMap<>();
        config.properties()
                .forEach(
                        field -> {
                            for (Row row : find(algorithm, field.getKey())) {
                                Object value = translated(row, field.getValue());
                                Object before = settings.put(row.setting(), value);
                                if (before != null && !before.equals(value)) {
                                    throw new GoldenMismatch(
                                            "config." + field.getKey(),
                                            "says %s is %s, another key says %s"
                                                    .formatted(row.setting(), value, before));
                                }
                            }
                        });
        return settings;
    }

    private static Object translated(Row row, JsonNode value) {
        // The episode counter is the one list; it is read by its first element.
        if (!value.isNumber() && !value.isBoolean() && !value.isTextual() && !value.isArray()) {
            throw new GoldenMismatch(
                    "config." + row.golden(),
                    "expected a number, a flag or a word, found " + value);
        }
        return row.translate().apply(value);
    }

    /** The file's key of each setting that it makes. */
    static SortedMap<String, String> origins(String algorithm, JsonNode config) {
        SortedMap<String, String> origins = new TreeMap<>();
        config.fieldNames()
                .forEachRemaining(
                        key ->
                                find(algorithm, key)
                                        .forEach(row -> origins.put(row.setting(), key)));
        return origins;
    }

    private static List<Row> find(String algorithm, String key) {
        if (STRUCTURE.contains(key)) {
            return List.of();
        }
        GoldenTerms terms =
                Algorithms.lookUp(algorithm).map(Algorithm::golden).orElse(GoldenTerms.NONE);
        if (facts(terms).contains(key)) {
            return List.of();
        }
        List<Row> own = rows(terms.keys().stream().map(Row::of), key);
        List<Row> published = own.isEmpty() ? rows(ROWS.stream(), key) : own;
        if (!published.isEmpty()) {
            return published;
        }
        String setting =
                OwnKeys.setting(key, terms.ownSettings())
                        .orElseThrow(
                                () ->
                                        new GoldenMismatch(
                                                "config." + key,
                                                "no setting is known for this key"));
        return List.of(row(key, setting));
    }

    private static Set<String> facts(GoldenTerms terms) {
        Set<String> keys = new TreeSet<>();
        for (Branch branch : Branch.values()) {
            keys.addAll(terms.facts(branch).keySet());
        }
        return keys;
    }

    private static List<Row> rows(Stream<Row> rows, String key) {
        return rows.filter(row -> row.golden().equals(key)).toList();
    }
}
