package org.cfcql.verify;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a file's arrays say about its learner, whatever the file is called: how its networks are
 * built.
 */
final class GoldenForm {
    private static final Pattern HIDDEN_LAYER = Pattern.compile("actor0/l\\d+\\.weight");

    private final GoldenFile file;
    private final SortedMap<String, GoldenArray> initial;

    GoldenForm(GoldenFile file) {
        this.file = file;
        initial = file.below("init");
    }

    /**
     * Settings of the file: what its configuration says, what its arrays say, and the published
     * choice where neither says anything.
     *
     * @throws GoldenMismatch for an unknown key, or one that contradicts another or the arrays
     */
    Map<String, Object> settings() {
        Map<String, Object> settings = GoldenKeys.settings(file.algorithmId(), file.config());
        SortedMap<String, String> origins = GoldenKeys.origins(file.algorithmId(), file.config());
        fromArrays()
                .forEach(
                        (setting, built) -> {
                            Object stored = settings.put(setting, built);
                            if (stored != null && !same(stored, built)) {
                                throw new GoldenMismatch(
                                        "config." + origins.get(setting),
                                        "says " + stored + ", the arrays are of " + built);
                            }
                        });
        Map<String, Object> said = Map.copyOf(settings);
        file.terms().published(file.branch(), said).forEach(settings::putIfAbsent);
        return settings;
    }

    private static boolean same(Object said, Object built) {
        return said instanceof Number first && built instanceof Number second
                ? first.doubleValue() == second.doubleValue()
                : said.equals(built);
    }

    private SortedMap<String, Object> fromArrays() {
        SortedMap<String, Object> built = new TreeMap<>();
        if (file.discrete()) {
            // The second head's own output layer is always there; used, it has a gradient.
            boolean separate =
                    file.below("step0/grads").keySet().stream()
                            .anyMatch(path -> path.matches("(q|critic)/fc6\\..*"));
            built.put("twinHeads", separate ? "separate" : "shared");
            return built;
        }
        built.put("norm.input", has("/bn.") ? "batchnorm" : has("/ln.") ? "layernorm" : "none");
        if (file.networks().contains("critic") || file.networks().contains("critic0")) {
            built.put("critic", file.networks().contains("critic0") ? "independent" : "central");
        }
        long layers =
                initial.keySet().stream()
                        .filter(path -> HIDDEN_LAYER.matcher(path).matches())
                        .count();
        if (layers > 0) {
            built.put("layers", (int) layers - 1);
        }
        return built;
    }

    private boolean has(String part) {
        return initial.keySet().stream().anyMatch(path -> path.contains(part));
    }
}
