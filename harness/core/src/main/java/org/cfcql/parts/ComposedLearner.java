package org.cfcql.parts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.data.batch.Batch;
import org.cfcql.error.HarnessBug;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;
import org.cfcql.learn.UpdateStep;

/**
 * A learner that is an update rule over parts.
 *
 * @param <B> what the rule sees of a batch
 */
public final class ComposedLearner<B> implements Learner {
    private final Function<Batch, B> view;
    private final UpdateRule<B> rule;
    private final LearnerParts parts;
    private final Optional<Pretraining> pretraining;

    /** What is trained before round 0. */
    private record Pretraining(Consumer<Batch> update, Supplier<Map<String, Double>> metrics) {}

    /**
     * Puts a learner together.
     *
     * @param view what the rule sees of a batch, made in the scope of the update
     */
    public ComposedLearner(Function<Batch, B> view, UpdateRule<B> rule, LearnerParts parts) {
        this(view, rule, parts, Optional.empty());
    }

    private ComposedLearner(
            Function<Batch, B> view,
            UpdateRule<B> rule,
            LearnerParts parts,
            Optional<Pretraining> pretraining) {
        this.view = view;
        this.rule = rule;
        this.parts = parts;
        this.pretraining = pretraining;
    }

    /**
     * The same with a model that is trained before round 0.
     *
     * @param update one update of it on a batch
     * @param metrics numbers of its last update
     */
    public ComposedLearner<B> pretraining(
            Consumer<Batch> update, Supplier<Map<String, Double>> metrics) {
        return new ComposedLearner<>(
                view, rule, parts, Optional.of(new Pretraining(update, metrics)));
    }

    @Override
    public void pretrain(String name, Batch batch) {
        model(name).update().accept(batch);
    }

    @Override
    public Map<String, Double> pretrainingMetrics(String name) {
        return model(name).metrics().get();
    }

    private Pretraining model(String name) {
        return pretraining.orElseThrow(
                () ->
                        new HarnessBug(
                                "expected no pretraining, found a request for '" + name + "'"));
    }

    @Override
    public void update(Batch batch, UpdateStep step) {
        try (PointerScope scope = new PointerScope()) {
            rule.update(view.apply(batch), step.kind() == UpdateStep.Kind.FULL);
        }
    }

    @Override
    public void updateTargets() {
        parts.targets().run();
    }

    @Override
    public Policy policy() {
        return parts.policy();
    }

    @Override
    public List<NamedNetwork> networks() {
        return parts.networks();
    }

    @Override
    public Map<String, Double> metrics() {
        return parts.losses().last();
    }

    @Override
    public void close() {
        parts.ends().forEach(Runnable::run);
        parts.losses().close();
    }
}
