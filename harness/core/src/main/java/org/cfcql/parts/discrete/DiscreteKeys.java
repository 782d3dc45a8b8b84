package org.cfcql.parts.discrete;

import java.util.Locale;
import org.cfcql.learn.Settings;
import org.cfcql.nn.TimeSlots;

/**
 * Keys that every recurrent actor-critic of the discrete branch has (spec 1.2, 3.2).
 *
 * @param layout key {@code sequences}: what of the padded batch is computed
 * @param hidden key {@code hidden}: width of the recurrent policy, 64
 * @param criticHidden key {@code critic.hidden}: width of the critics' hidden layers, 256
 * @param gradientClip key {@code gradientClip}: largest norm of a network's gradient, 10
 * @param discount key {@code gamma}: 0.99
 */
public record DiscreteKeys(
        TimeSlots.Layout layout,
        int hidden,
        int criticHidden,
        double gradientClip,
        double discount) {
    /** Reads the keys. */
    public static DiscreteKeys read(Settings settings) {
        return new DiscreteKeys(
                layout(settings),
                settings.count("hidden", 64, 1, 1 << 14),
                settings.count("critic.hidden", 256, 1, 1 << 14),
                settings.number("gradientClip", 10, 1e-9, 1e9),
                settings.number("gamma", 0.99, 0, 1));
    }

    /** Reads {@code sequences}. */
    public static TimeSlots.Layout layout(Settings settings) {
        return TimeSlots.Layout.valueOf(
                settings.choice("sequences", "packed", "packed", "padded")
                        .toUpperCase(Locale.ROOT));
    }

    /** Reads {@code twinHeads}: output layers of their own, or the published quirk (D-56). */
    public static AgentNetwork.Heads twinHeads(Settings settings) {
        String word = settings.choice("twinHeads", "separate", "separate", "shared");
        return AgentNetwork.Heads.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
