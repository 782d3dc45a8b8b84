package org.cfcql.run.play;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;

/**
 * Returns of the paper's medium data (spec 4.6), from the resource {@code medium-returns.json}:
 * normalised as published, with the references that undo it.
 */
final class MediumReturns {
    private static final String RESOURCE = "medium-returns.json";

    private MediumReturns() {}

    /** The return of a task's medium data, if it has any. */
    static OptionalDouble of(String environment) {
        try (InputStream stream = MediumReturns.class.getResourceAsStream(RESOURCE)) {
            JsonNode entry = new ObjectMapper().readTree(stream).path("tasks").path(environment);
            if (entry.isMissingNode()) {
                return OptionalDouble.empty();
            }
            double random = entry.path("random").asDouble();
            double expert = entry.path("expert").asDouble();
            double normalised = entry.path("mediumNormalised").asDouble();
            return OptionalDouble.of(random + normalised / 100 * (expert - random));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + RESOURCE, unreadable);
        }
    }
}
