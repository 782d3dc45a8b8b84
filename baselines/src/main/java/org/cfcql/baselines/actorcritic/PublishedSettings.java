package org.cfcql.baselines.actorcritic;

import java.util.Locale;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.InputNormalisation;

/**
 * Values the published continuous code uses for every algorithm of a task (spec/algorithms.md 2.6).
 *
 * @param learningRate Adam, actors and critics
 * @param targetRate soft-update rate of the targets
 * @param hidden width of the hidden layers (spec/algorithms.md 2.1)
 */
public record PublishedSettings(double learningRate, double targetRate, int hidden) {
    /** Discount in force in all four tasks (spec/algorithms.md D-25). */
    public static final double DISCOUNT = 0.95;

    /** The values of a task; those of predator-prey where none were published. */
    public static PublishedSettings of(TaskShape task) {
        return switch (task.environment()) {
            case "mpe/simple_spread" -> new PublishedSettings(0.01, 0.01, 64);
            case "mamujoco/halfcheetah-2x3" -> new PublishedSettings(0.0003, 0.005, 256);
            default -> new PublishedSettings(0.001, 0.01, 64);
        };
    }

    /** The key {@code norm.input}; batch normalisation is the published one (D-26). */
    public static InputNormalisation.Kind normalisation(Settings settings) {
        String word = settings.choice("norm.input", "batchnorm", "batchnorm", "layernorm", "none");
        return InputNormalisation.Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
