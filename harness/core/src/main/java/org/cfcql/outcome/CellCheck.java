package org.cfcql.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.cfcql.error.UserError;

/** The rules of {@link CheckRule} that a cell can break by itself. */
final class CellCheck {
    private static final String FINAL = "final";
    private static final List<String> TRAINED = List.of("CRITIC", "ACTOR", "AUXILIARY");

    private final JsonNode planned;
    private final List<Finding> findings = new ArrayList<>();
    private JsonNode cell;
    private JsonNode result;

    private CellCheck(JsonNode planned) {
        this.planned = planned;
    }

    /**
     * What is wrong with a cell.
     *
     * @param planned the cell's object in {@code plan.json}
     * @param folder the cell's folder
     */
    static List<Finding> of(JsonNode planned, Path folder) {
        CellCheck check = new CellCheck(planned);
        try {
            Optional<CellOutcome> outcome = CellOutcome.read(folder);
            if (outcome.isEmpty()) {
                check.find(CheckRule.RESULT, "expected a result, found none");
                return check.findings;
            }
            check.all(outcome.get(), folder);
        } catch (UserError refused) {
            check.find(CheckRule.RESULT, refused.getMessage());
        }
        return check.findings;
    }

    private void all(CellOutcome outcome, Path folder) {
        cell = outcome.cell();
        result = outcome.result();
        new PlannedCell(planned).requireIn(cell, folder);
        Map<String, List<JsonNode>> evaluations = new LinkedHashMap<>();
        for (JsonNode line : outcome.evaluations()) {
            evaluations
                    .computeIfAbsent(line.path("evaluation").asText(), key -> new ArrayList<>())
                    .add(line);
        }
        List<JsonNode> last = evaluations.getOrDefault(FINAL, List.of());
        rounds(last);
        finalEpisodes(last);
        evaluations.remove(FINAL);
        evaluations(evaluations);
        startStates(outcome.evaluations());
        monotone("evaluations.jsonl", outcome.evaluations());
        monotone("metrics.jsonl", JsonDocument.readLines(folder.resolve("metrics.jsonl")));
        budget();
        hashes();
        sources(Continuations.of(result));
    }

    private void rounds(List<JsonNode> last) {
        int rounds = planned.path("rounds").asInt();
        require(CheckRule.ROUNDS, "rounds of the result", rounds, result.path("rounds"));
        for (JsonNode line : last) {
            if (line.path("round").asInt(-1) != rounds) {
                require(
                        CheckRule.ROUNDS,
                        "round of the final evaluation",
                        rounds,
                        line.path("round"));
                return;
            }
        }
    }

    private void finalEpisodes(List<JsonNode> last) {
        int episodes = planned.at("/evaluation/finalEpisodes").asInt();
        Set<Integer> numbers = new HashSet<>();
        last.forEach(line -> numbers.add(line.path("episode").asInt(-1)));
        boolean whole = numbers.stream().allMatch(number -> number >= 0 && number < episodes);
        if (last.size() != episodes || numbers.size() != episodes || !whole) {
            find(
                    CheckRule.FINAL_EPISODES,
                    "expected final episodes 0 to "
                            + (episodes - 1)
                            + ", each once, found "
                            + last.size()
                            + " lines with "
                            + numbers.size()
                            + " numbers");
        }
    }

    private void evaluations(Map<String, List<JsonNode>> evaluations) {
        int every = planned.at("/evaluation/every").asInt(1);
        int rounds = planned.path("rounds").asInt();
        int expected = (rounds + every - 1) / every;
        if (evaluations.size() != expected) {
            find(
                    CheckRule.EVALUATIONS,
                    "expected " + expected + " evaluations, found " + evaluations.size());
        }
        int number = 0;
        for (Map.Entry<String, List<JsonNode>> evaluation : evaluations.entrySet()) {
            int round = number * every;
            int found = 0;
            for (JsonNode line : evaluation.getValue()) {
                // A kept run has one line with the mean.
                found += line.path("episodes").asInt(1);
                if (!evaluation.getKey().equals("" + number)
                        || line.path("round").asInt(-1) != round) {
                    find(
                            CheckRule.EVALUATIONS,
                            "expected evaluation "
                                    + number
                                    + " at round "
                                    + round
                                    + ", found "
                                    + evaluation.getKey()
                                    + " at "
                                    + line.path("round"));
                    return;
                }
            }
            int episodes = planned.at("/evaluation/episodes").asInt();
            if (found != episodes) {
                find(
                        CheckRule.EVALUATIONS,
                        "expected "
                                + episodes
                                + " episodes at round "
                                + round
                                + ", found "
                                + found);
                return;
            }
            number++;
        }
    }

    private void startStates(List<JsonNode> lines) {
        if (!planned.at("/evaluation/startStates").asText("independent").equals("independent")) {
            return;
        }
        Set<String> seeds = new HashSet<>();
        for (JsonNode line : lines) {
            JsonNode seed = line.path("seed");
            if (!seed.isMissingNode() && !seeds.add(seed.asText())) {
                find(
                        CheckRule.START_STATES,
                        "expected a start seed of its own for each episode, found "
                                + seed
                                + " again in evaluation "
                                + line.path("evaluation").asText());
                return;
            }
        }
    }

    private void monotone(String file, List<JsonNode> lines) {
        int before = 0;
        for (JsonNode line : lines) {
            int round = line.path("round").asInt(before);
            if (round < before) {
                find(
                        CheckRule.MONOTONE,
                        "expected rounds of "
                                + file
                                + " that never go back, found "
                                + round
                                + " behind "
                                + before);
                return;
            }
            before = round;
        }
    }

    private void budget() {
        JsonNode granted = result.at("/ledger/granted");
        JsonNode spent = result.at("/ledger/spent");
        boolean trained = false;
        for (String role : TRAINED) {
            long units = spent.path(role).asLong();
            long limit = granted.path(role).asLong();
            trained |= units > 0;
            if (units != 0 && units != limit) {
                find(
                        CheckRule.BUDGET,
                        "expected all " + limit + " units of " + role + " spent, found " + units);
            }
        }
        long batches = spent.path("BATCH").asLong();
        long most = Math.max(spent.path("CRITIC").asLong(), spent.path("ACTOR").asLong());
        if (!trained || batches < most) {
            find(
                    CheckRule.BUDGET,
                    "expected a batch for each of " + most + " steps, found " + batches);
        }
    }

    private void hashes() {
        boolean online = cell.at("/dataset/path").asText().isEmpty();
        String data = result.path("datasetHash").asText();
        if (!online && !data.matches("[0-9a-f]{64}")) {
            find(CheckRule.HASHES, "expected the hash of the data, found '" + data + "'");
        }
        String fingerprint = result.path("environmentFingerprint").asText();
        if (!fingerprint.matches("[0-9a-f]{64}")) {
            find(
                    CheckRule.HASHES,
                    "expected the fingerprint of the environment, found '" + fingerprint + "'");
        }
    }

    private void sources(List<String> continuations) {
        JsonNode provenance = cell.path("provenance");
        String commit = provenance.path("gitCommit").asText();
        if (provenance.path("gitDirty").asBoolean(true) || commit.isEmpty()) {
            find(
                    CheckRule.CLEAN_SOURCES,
                    "expected the sources of a commit, found "
                            + (commit.isEmpty() ? "none" : "changes on " + commit.substring(0, 8)));
        }
        if (!continuations.isEmpty()) {
            find(
                    CheckRule.ONE_PLACE,
                    "expected one machine and build, found parts of it trained elsewhere: "
                            + String.join("; ", continuations));
        }
    }

    private void require(CheckRule rule, String name, int expected, JsonNode found) {
        if (found.asInt(-1) != expected) {
            find(rule, "expected " + expected + " as " + name + ", found " + found);
        }
    }

    private void find(CheckRule rule, String text) {
        findings.add(new Finding(planned.path("id").asText(), rule, text));
    }
}
