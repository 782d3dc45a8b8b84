package org.cfcql.baselines.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.baselines.DiscreteToy;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;

/**
 * As {@link Trial} for learners of episodes, some of which end and some of which run to the limit.
 */
record EpisodeTrial(String id, Map<String, ?> keys, boolean kernels) {
    private static final int UPDATES = 3;

    /** Makes a reference over the numbers that the learner starts with. */
    interface Maker {
        EpisodeReference of(Nets nets, Map<String, ?> keys);
    }

    private Learner learner(HarnessContext context) {
        Algorithm algorithm = Algorithms.find(id);
        Settings settings = new Settings(id, keys);
        Learner learner =
                algorithm.configure(DiscreteToy.TASK, settings, Track.EQUAL).create(context);
        settings.requireAllRead();
        return learner;
    }

    void check(Maker maker) {
        Draws draws = new Draws(7);
        Heard heard = new Heard();
        try (HarnessContext context = new Trial(id, keys, kernels).context(heard, draws);
                Learner learner = learner(context)) {
            Nets start = Nets.read(learner).scattered(3);
            start.write(learner);
            EpisodeReference reference = maker.of(start, keys);
            for (int update = 0; update < UPDATES; update++) {
                heard.values.clear();
                heard.gradients.clear();
                reference.values.clear();
                reference.gradients.clear();
                try (PointerScope scope = new PointerScope()) {
                    EpisodeBatch batch = DiscreteToy.batch(40 + update);
                    learner.update(batch, DiscreteToy.FULL);
                    reference.update(EpisodeReference.Episodes.of(batch), draws);
                }
                String where = id + " " + keys + ", update " + update + ": ";
                assertThat(draws.left()).as(where + "draws nobody needs").isEmpty();
                Trial.assertClose(
                        where,
                        reference.values,
                        reference.gradients,
                        reference.nets,
                        heard,
                        Nets.read(learner));
                learner.updateTargets();
                reference.follow();
                Trial.assertClose(where + "targets ", reference.nets, Nets.read(learner));
            }
        }
    }
}
