package org.cfcql.run;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.cfcql.data.batch.Batch;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;

/**
 * Another algorithm with a round of its own whose learner says when it is called.
 *
 * @param round instead of the algorithm's own; null for that
 * @param calls hears {@code FULL}, {@code CRITIC 1}, {@code targets}, {@code pretrain}
 */
record WatchedAlgorithm(Algorithm inner, Schedule round, Consumer<String> calls)
        implements Algorithm {
    @Override
    public String id() {
        return inner.id();
    }

    @Override
    public String title() {
        return inner.title();
    }

    @Override
    public Capabilities capabilities() {
        return inner.capabilities();
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        ConfiguredAlgorithm own = inner.configure(task, settings, track);
        return new ConfiguredAlgorithm(
                round == null ? own.schedule() : round,
                own.pretraining(),
                own.readsNextActions(),
                context -> new WatchedLearner(own.create(context), calls));
    }

    private record WatchedLearner(Learner inner, Consumer<String> calls) implements Learner {
        @Override
        public void update(Batch batch, UpdateStep step) {
            boolean all = step.agent() == UpdateStep.ALL_AGENTS;
            calls.accept(step.kind() + (all ? "" : " " + step.agent()));
            inner.update(batch, step);
        }

        @Override
        public void pretrain(String name, Batch batch) {
            calls.accept("pretrain");
            inner.pretrain(name, batch);
        }

        @Override
        public Map<String, Double> pretrainingMetrics(String name) {
            return inner.pretrainingMetrics(name);
        }

        @Override
        public void updateTargets() {
            calls.accept("targets");
            inner.updateTargets();
        }

        @Override
        public Policy policy() {
            return inner.policy();
        }

        @Override
        public List<NamedNetwork> networks() {
            return inner.networks();
        }

        @Override
        public Map<String, Double> metrics() {
            return inner.metrics();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
