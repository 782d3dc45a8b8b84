package org.cfcql.parts.continuous;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Settings;

/** What a central critic takes for the reward of the team (D-27). */
public enum TeamReward {
    /** That of the first agent, as published. */
    AGENT0 {
        @Override
        public Tensor of(Tensor rewards) {
            return rewards.select(1, 0);
        }
    },
    /** The mean over agents. */
    MEAN {
        @Override
        public Tensor of(Tensor rewards) {
            return rewards.mean(1);
        }
    };

    /** Reads the key {@code reward.aggregation}; agent 0 by default. */
    public static TeamReward read(Settings settings) {
        String word = settings.choice("reward.aggregation", "agent0", "agent0", "mean");
        return word.equals("mean") ? MEAN : AGENT0;
    }

    /** {@code [batch]} of {@code [batch, agent]}. */
    public abstract Tensor of(Tensor rewards);

    /** The first agent's flag {@code [batch]}: an episode ends for all agents at once. */
    public Tensor done(Tensor dones) {
        return dones.select(1, 0);
    }
}
