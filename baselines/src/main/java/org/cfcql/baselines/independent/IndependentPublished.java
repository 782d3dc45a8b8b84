package org.cfcql.baselines.independent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.cfcql.error.UserError;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousPublished;
import org.cfcql.parts.penalty.PenaltyHyperparameters;

/**
 * Values that OMAR's published code uses for an environment and kind of data (spec 3.5), from the
 * resource {@code omar-published.json}.
 *
 * @param task environment and kind of data
 */
public record IndependentPublished(TaskShape task) {
    private static final String RESOURCE = "omar-published.json";

    private double learningRate() {
        return entry().path("lr")
                .asDouble(
                        ContinuousPublished.of(task.environment(), task.datasetKind())
                                .learningRate());
    }

    /** The keys of critics with the conservative term, as OMAR and ICQL have them. */
    public IndependentHyperparameters critics(Settings settings) {
        return IndependentHyperparameters.read(
                task,
                settings,
                ContinuousKeys.read(task, settings, learningRate()),
                Optional.of(
                        PenaltyHyperparameters.independent(
                                settings, halfCheetah(settings), alpha(settings))));
    }

    /** Which branch of the published code: HalfCheetah's (true) or that of MPE. */
    public boolean halfCheetah(Settings settings) {
        String published = ContinuousPublished.of(task.environment(), task.datasetKind()).form();
        return settings.choice("form", published, "mpe", "halfcheetah").equals("halfcheetah");
    }

    private double alpha(Settings settings) {
        return read(settings, "alpha", "alpha", 1e9);
    }

    /**
     * Key {@code omar.coefficient}: share c of imitating the search in the policies' loss.
     *
     * @throws UserError if there is no published value and none is set
     */
    public double coefficient(Settings settings) {
        return read(settings, "omar.coefficient", "coefficient", 1);
    }

    private double read(Settings settings, String key, String name, double high) {
        JsonNode known = entry().path(name).path(task.datasetKind());
        if (known.isMissingNode() && !settings.isGiven(key)) {
            throw new UserError(
                    "expected "
                            + key
                            + " to be set, because there is no published value for "
                            + task.environment()
                            + " with '"
                            + task.datasetKind()
                            + "' data, found none; set "
                            + key
                            + " in the experiment, for example 0.5");
        }
        return settings.number(key, known.asDouble(), 0, high);
    }

    private JsonNode entry() {
        try (InputStream stream = IndependentPublished.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper()
                    .readTree(stream)
                    .path("environments")
                    .path(task.environment());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + RESOURCE, unreadable);
        }
    }
}
