package org.cfcql.counterfactual;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;
import org.cfcql.parts.ConservativeTerm;

/**
 * Values the published code uses for a battle and kind of data (spec 1.4, 1.9, 1.10), from the
 * resource {@code discrete-published.json}; elsewhere those of its configuration file.
 *
 * @param tdLambda λ of the returns
 * @param counterfactualAlpha CFCQL's α, if there is a published one
 * @param mode how agents are weighed: {@code uniform} (τ = 0), {@code softmax} or {@code argmax}
 * @param tau τ of the softmax
 */
record DiscretePublished(
        double tdLambda, OptionalDouble counterfactualAlpha, String mode, double tau) {
    private static final String RESOURCE = "discrete-published.json";
    private static final double TD_LAMBDA = 0.6;

    private static final DiscretePublished ELSEWHERE =
            new DiscretePublished(TD_LAMBDA, OptionalDouble.empty(), "softmax", 5);

    /** The entry of an environment and kind of data. */
    static DiscretePublished of(String environment, String datasetKind) {
        JsonNode map = read().path("environments").path(battle(environment));
        JsonNode entry = map.path("data").path(datasetKind);
        double tdLambda = map.path("tdLambda").asDouble(TD_LAMBDA);
        if (entry.isMissingNode()) {
            return new DiscretePublished(
                    tdLambda, ELSEWHERE.counterfactualAlpha, ELSEWHERE.mode, ELSEWHERE.tau);
        }
        return new DiscretePublished(
                tdLambda,
                OptionalDouble.of(entry.path("alpha").asDouble()),
                entry.path("mode").asText(),
                entry.path("tau").asDouble());
    }

    /**
     * SMAX's battles take what is published for SMAC's of the same units, for want of their own.
     */
    private static String battle(String environment) {
        return environment.replaceFirst("^smax/", "smac/");
    }

    /** The published α of an algorithm; MACQL's per data are not known (D-12). */
    OptionalDouble alpha(ConservativeTerm penalty) {
        return penalty == ConservativeTerm.COUNTERFACTUAL
                ? counterfactualAlpha
                : OptionalDouble.empty();
    }

    private static JsonNode read() {
        try (InputStream stream = DiscretePublished.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readTree(stream);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + RESOURCE, unreadable);
        }
    }
}
