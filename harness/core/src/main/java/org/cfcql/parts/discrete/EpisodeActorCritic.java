package org.cfcql.parts.discrete;

import java.util.ArrayList;
import java.util.List;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.GradientClipping;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.UpdateRule;

/**
 * What learners of whole episodes have that train a recurrent policy beside critics of their own
 * (spec 3.2).
 *
 * @param task sizes
 * @param keys common keys
 * @param context noise, probe, optimisers
 * @param losses numbers of the last update
 * @param actor the policy that all agents share
 * @param clipping of each network's gradient
 */
public record EpisodeActorCritic(
        TaskShape task,
        DiscreteKeys keys,
        LearnerContext context,
        LossReport losses,
        RecurrentActor actor,
        GradientClipping clipping) {
    /** With a fresh policy. */
    public static EpisodeActorCritic create(
            String algorithm, TaskShape task, DiscreteKeys keys, LearnerContext context) {
        return new EpisodeActorCritic(
                task,
                keys,
                context,
                new LossReport(algorithm, context),
                new RecurrentActor(task, keys.hidden(), context),
                new GradientClipping(keys.gradientClip()));
    }

    /** A critic on state, observation and number of an agent with two heads. */
    public AgentNetwork twinCritic(
            String name, String seeds, AgentNetwork.Heads heads, boolean duelling) {
        return AgentNetwork.twin(name, seeds, task, keys.criticHidden(), heads, duelling, context);
    }

    /**
     * The learner of a rule.
     *
     * @param targets moves the targets one step
     * @param critics networks beside the policy, in the order of the checkpoint
     * @param ends give those back
     */
    public Learner learner(
            UpdateRule<EpisodeRows> rule,
            Runnable targets,
            List<NamedNetwork> critics,
            List<Runnable> ends) {
        List<NamedNetwork> networks = new ArrayList<>();
        networks.add(actor.named("").forActing());
        networks.addAll(critics);
        List<Runnable> all = new ArrayList<>(ends);
        all.add(actor::close);
        return new ComposedLearner<>(
                EpisodeRows.of(keys.layout(), task, context.tensors()),
                rule,
                new LearnerParts(losses, actor.policy(), networks, targets, all));
    }
}
