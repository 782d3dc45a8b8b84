package org.cfcql.env.trace;

import java.util.Locale;

/**
 * The fields of a recorded battle that a replay must meet, in the order in which they are printed.
 */
enum TraceField {
    /** Seed of the episode. */
    SEED(0),
    /** Steps taken in the episode. */
    T(0),
    /** Actions that led to the row. */
    ACTIONS(0),
    /** Observations of the allies. */
    OBS(1e-4),
    /** Global state. */
    STATE(1e-4),
    /** Available actions. */
    MASK(0),
    /** Reward of the team. */
    REWARD(0),
    /** Decided. */
    TERMINATED(0),
    /** Cut at the limit. */
    TRUNCATED(0),
    /** Won. */
    BATTLE_WON(0),
    /** Allies that are dead. */
    DEAD_ALLIES(0),
    /** Enemies that are dead. */
    DEAD_ENEMIES(0),
    /** Positions of the units. */
    POS(1e-3),
    /** Health of the units. */
    POOL(0),
    /** Units that are alive. */
    ALIVE(0),
    /** Cooldowns of the weapons. */
    COOLDOWN(1e-4),
    /** Types of the units. */
    TYPES(0);

    private final double looser;

    TraceField(double looser) {
        this.looser = looser;
    }

    /** Name in the file. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Largest difference allowed: none, or that of another instruction set. */
    double tolerance(boolean exact) {
        return exact ? 0 : looser;
    }
}
