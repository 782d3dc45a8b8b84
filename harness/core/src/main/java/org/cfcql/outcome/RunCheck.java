package org.cfcql.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cfcql.error.UserError;

/**
 * A run folder, or a kept one, held to the rules of an edition.
 *
 * @param edition of the rules
 * @param cells how many cells were planned
 * @param findings what is wrong, by cell in the order of the plan, then of the whole run
 */
public record RunCheck(int edition, int cells, List<Finding> findings) {
    private static final int SEEDS = 3;

    /** Copies the findings. */
    public RunCheck {
        findings = List.copyOf(findings);
    }

    /**
     * Checks a run.
     *
     * @throws UserError if there is no such edition, or no plan in the folder
     */
    public static RunCheck of(Path run, int edition) {
        if (edition < 1 || edition > CheckRule.EDITION) {
            throw new UserError(
                    "expected an edition of the rules from 1 to "
                            + CheckRule.EDITION
                            + ", found "
                            + edition
                            + "; leave it out for the newest");
        }
        JsonNode plan = JsonDocument.read(run.resolve("plan.json"));
        if (!plan.path("cells").isArray()) {
            throw new UserError(
                    "expected a run folder with a plan.json at " + run + ", found none; check it");
        }
        List<Finding> findings = new ArrayList<>();
        for (JsonNode planned : plan.path("cells")) {
            Path folder = run.resolve("cells").resolve(planned.path("id").asText());
            findings.addAll(CellCheck.of(planned, folder));
        }
        findings.addAll(oneCommit(run, plan.path("cells")));
        findings.addAll(seeds(run, plan.path("cells")));
        List<CheckRule> rules = CheckRule.of(edition);
        findings.removeIf(finding -> !rules.contains(finding.rule()));
        return new RunCheck(edition, plan.path("cells").size(), findings);
    }

    /** Whether nothing was found. */
    public boolean passed() {
        return findings.isEmpty();
    }

    /** What stands in {@code check.json}: the edition, and per rule how many cells break it. */
    public Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("schema", 1);
        summary.put("edition", edition);
        summary.put("passed", passed());
        Map<String, Integer> broken = new TreeMap<>();
        findings.forEach(finding -> broken.merge(finding.rule().word(), 1, Integer::sum));
        summary.put("broken", broken);
        return summary;
    }

    private static List<Finding> oneCommit(Path run, JsonNode cells) {
        Set<String> commits = new TreeSet<>();
        for (JsonNode planned : cells) {
            Path file = run.resolve("cells").resolve(planned.path("id").asText());
            JsonNode commit =
                    JsonDocument.read(file.resolve("cell.json")).at("/provenance/gitCommit");
            if (!commit.asText().isEmpty()) {
                commits.add(commit.asText().substring(0, Math.min(8, commit.asText().length())));
            }
        }
        return commits.size() < 2
                ? List.of()
                : List.of(
                        new Finding(
                                "",
                                CheckRule.ONE_COMMIT,
                                "expected cells of one commit, found "
                                        + String.join(", ", commits)));
    }

    private static List<Finding> seeds(Path run, JsonNode cells) {
        Map<String, Set<Integer>> lines = new LinkedHashMap<>();
        for (JsonNode planned : cells) {
            String id = planned.path("id").asText();
            if (!Files.exists(run.resolve("cells").resolve(id).resolve("result.json"))) {
                continue;
            }
            String line = id.replaceFirst("__s\\d+__", "__*__");
            lines.computeIfAbsent(line, key -> new TreeSet<>()).add(planned.path("seed").asInt());
        }
        List<Finding> findings = new ArrayList<>();
        lines.forEach(
                (line, seeds) -> {
                    if (seeds.size() < SEEDS) {
                        findings.add(
                                new Finding(
                                        "",
                                        CheckRule.SEEDS,
                                        "expected at least "
                                                + SEEDS
                                                + " seeds of "
                                                + line
                                                + ", found "
                                                + seeds.size()));
                    }
                });
        return findings;
    }
}
