package org.cfcql.baselines.madtkd;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Settings;

/**
 * How long the teacher is trained (spec 3.10).
 *
 * @param updates key {@code teacher.updates}: steps; 0 where the slots say how many
 * @param slots key {@code teacher.slots}: sampled slots, 10.05 million as published
 * @param batch key {@code teacher.batch}: episodes per step; 0 for those of training, 128 as
 *     published
 */
record TeacherTraining(int updates, int slots, int batch) {
    static TeacherTraining read(Settings settings) {
        int updates = settings.count("teacher.updates", 0, 0, 1 << 24);
        if (updates > 0) {
            settings.refuseInert("teacher.slots", "set it or teacher.updates, not both");
        }
        return new TeacherTraining(
                updates,
                settings.count("teacher.slots", 10_050_000, 1, 1_000_000_000),
                settings.count("teacher.batch", 0, 0, 1 << 20));
    }

    /** The plan of a teacher that depends on data and settings only. */
    PretrainingPlan plan(Settings settings) {
        SortedMap<String, Object> own = new TreeMap<>();
        for (String key :
                new String[] {"heads", "layers", "lr", "sequences", "weightDecay", "width"}) {
            own.put(key, settings.resolved().get(key));
        }
        return new PretrainingPlan(
                MadtkdTeacher.ID,
                updates,
                updates > 0 ? 0 : slots,
                batch,
                Optional.of(new PretrainingPlan.Shared(new MadtkdTeacher(), own)));
    }
}
