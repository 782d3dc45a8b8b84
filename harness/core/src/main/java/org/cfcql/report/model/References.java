package org.cfcql.report.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.UserError;
import org.cfcql.report.read.JsonFile;
import org.cfcql.report.read.Spread;

/**
 * The scores of random play and of experts from which normalised scores are made (spec 4.6). A
 * reference holds for one environment with the listed fingerprint ingredients only.
 *
 * @param entries all known references
 */
public record References(List<Reference> entries) {
    private static final int SCHEMA = 1;

    /** Battles are won or lost: their normalised score is the win rate in per cent. */
    private static final Reference WIN_RATE =
            new Reference("", "", Map.of(), 0, 1, "100 × win rate", new TreeMap<>());

    /**
     * The two ends of a scale.
     *
     * @param environment environment id
     * @param name name of the task in the published tables
     * @param holdsFor fingerprint ingredients that must be as listed
     * @param random score of uniform-random play
     * @param expert score of the expert
     * @param source where the numbers come from
     * @param data returns of the published data sets by kind
     */
    public record Reference(
            String environment,
            String name,
            Map<String, String> holdsFor,
            double random,
            double expert,
            String source,
            SortedMap<String, Spread> data) {

        /** 100 · (score − random) / (expert − random). */
        public double normalize(double score) {
            return 100 * (score - random) / (expert - random);
        }

        /** The same scale without its origin, for deviations. */
        public double normalizeWidth(double width) {
            return 100 * width / (expert - random);
        }

        /** Whether random and expert are scores of policies, not bounds of a rate. */
        public boolean hasPolicies() {
            return this != WIN_RATE;
        }
    }

    /** The references that come with the harness. */
    public static References shipped() {
        try (InputStream stream =
                References.class.getResourceAsStream("/org/cfcql/report/references.json")) {
            return parse(new ObjectMapper().readTree(stream));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static References parse(JsonNode root) {
        int schema = root.path("schema").asInt();
        if (schema != SCHEMA) {
            throw new UserError(
                    "expected references of schema 1, found " + schema + "; use a newer cfcql");
        }
        List<Reference> entries = new ArrayList<>();
        for (JsonNode node : root.path("references")) {
            SortedMap<String, Spread> data = new TreeMap<>();
            node.path("data")
                    .fieldNames()
                    .forEachRemaining(
                            kind -> {
                                JsonNode spread = node.path("data").path(kind);
                                data.put(
                                        kind,
                                        new Spread(
                                                spread.path("mean").asDouble(),
                                                spread.path("std").asDouble()));
                            });
            entries.add(
                    new Reference(
                            node.path("environment").asText(),
                            node.path("name").asText(),
                            JsonFile.flat(node.path("holdsFor")),
                            node.path("random").asDouble(),
                            node.path("expert").asDouble(),
                            node.path("source").asText(),
                            data));
        }
        return new References(List.copyOf(entries));
    }

    /**
     * The reference that holds for an environment.
     *
     * @param ingredients what its fingerprint was made of
     */
    public Optional<Reference> find(String environment, Map<String, String> ingredients) {
        if (environment.startsWith("smac/") || environment.startsWith("smax/")) {
            return Optional.of(WIN_RATE);
        }
        return entries.stream()
                .filter(entry -> entry.environment().equals(environment))
                .filter(entry -> ingredients.entrySet().containsAll(entry.holdsFor().entrySet()))
                .findFirst();
    }
}
