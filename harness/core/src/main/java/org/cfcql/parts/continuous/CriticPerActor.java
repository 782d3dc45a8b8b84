package org.cfcql.parts.continuous;

import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;

/** The key {@code criticPerActor}: critic updates per policy update. */
public final class CriticPerActor {
    private static final String KEY = "criticPerActor";
    private static final int LARGEST = 1000;

    /** Everybody's on the equal track (D-28, D-65). */
    private static final int COMMON = 5;

    private CriticPerActor() {}

    /** Reads the key; by default 5 on the equal track, the algorithm's own on the paper's. */
    public static int read(Settings settings, Track track, int published) {
        return settings.count(KEY, track == Track.EQUAL ? COMMON : published, 1, LARGEST);
    }
}
