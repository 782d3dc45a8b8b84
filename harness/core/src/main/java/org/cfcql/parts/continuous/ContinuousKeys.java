package org.cfcql.parts.continuous;

import java.util.Locale;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.InputNormalisation;

/**
 * Keys that every deterministic actor-critic has, with the values published for the task (spec 2.1
 * and 2.6).
 *
 * @param learningRate key {@code lr}: Adam's
 * @param hidden key {@code hidden}: width of the hidden layers
 * @param normalisation key {@code norm.input}: batch normalisation as published, or an ablation
 *     (D-26)
 */
public record ContinuousKeys(
        double learningRate, int hidden, InputNormalisation.Kind normalisation) {
    /** Discount in force in all four tasks (D-25). */
    public static final double DISCOUNT = 0.95;

    /** Reads the keys. */
    public static ContinuousKeys read(TaskShape task, Settings settings) {
        return read(task, settings, published(task).learningRate());
    }

    /** As {@link #read(TaskShape, Settings)}, with another learning rate as default. */
    public static ContinuousKeys read(TaskShape task, Settings settings, double learningRate) {
        ContinuousPublished published = published(task);
        String word = settings.choice("norm.input", "batchnorm", "batchnorm", "layernorm", "none");
        return new ContinuousKeys(
                settings.number("lr", learningRate, 0, 10),
                settings.count("hidden", published.hidden(), 1, 1 << 14),
                InputNormalisation.Kind.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    /** The soft-update rate published for a task. */
    public static double targetRate(TaskShape task) {
        return published(task).targetTau();
    }

    private static ContinuousPublished published(TaskShape task) {
        return ContinuousPublished.of(task.environment(), task.datasetKind());
    }
}
