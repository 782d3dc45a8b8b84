package org.cfcql.parts.continuous;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;

/**
 * Values the published code uses for an environment (spec 2.6, 2.7), from the resource {@code
 * continuous-published.json}. An environment without an entry gets those of the MPE tasks.
 *
 * @param form branch of the published code, {@code mpe} or {@code halfcheetah}
 * @param hidden width of hidden layers
 * @param learningRate Adam's, for actors and critic
 * @param targetTau rate of the soft update
 * @param alpha weight of the penalty for the kind of data, if there is a published one
 */
public record ContinuousPublished(
        String form, int hidden, double learningRate, double targetTau, OptionalDouble alpha) {
    private static final String RESOURCE = "continuous-published.json";
    private static final ContinuousPublished ELSEWHERE =
            new ContinuousPublished("mpe", 64, 0.001, 0.01, OptionalDouble.empty());

    /** The entry of an environment and kind of data. */
    public static ContinuousPublished of(String environment, String datasetKind) {
        JsonNode entry = read().path("environments").path(environment);
        if (entry.isMissingNode()) {
            return ELSEWHERE;
        }
        JsonNode alpha = entry.path("alpha").path(datasetKind);
        return new ContinuousPublished(
                entry.path("form").asText(),
                entry.path("hidden").asInt(),
                entry.path("lr").asDouble(),
                entry.path("targetTau").asDouble(),
                alpha.isMissingNode()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(alpha.asDouble()));
    }

    private static JsonNode read() {
        try (InputStream stream = ContinuousPublished.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readTree(stream);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + RESOURCE, unreadable);
        }
    }
}
