package org.cfcql.parts.continuous;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Probe;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.SoftUpdate;
import org.cfcql.nn.TwinCritic;

/**
 * A twin critic and the target that follows it, with TD3's clipped double-Q regression (spec 2.2
 * without its penalty).
 *
 * @param name suffix of the golden files' names: empty for a central critic, else the agent's
 *     number
 * @param online trained
 * @param target an exact copy at first
 */
public record Critic(String name, TwinCritic online, TwinCritic target) implements AutoCloseable {
    /** The stream of critics' initial parameters. */
    public static Initialisation initialisation(LearnerContext context) {
        return new Initialisation(
                context.compute(), context.initialisation().child("critic").stream());
    }

    /** Fresh networks, two hidden layers. */
    public static Critic create(
            Initialisation initial,
            InputNormalisation.Kind kind,
            String name,
            int input,
            int hidden) {
        return layered(initial, kind, name, input, hidden, hidden);
    }

    /** A fresh critic on the state and the actions of all agents. */
    public static Critic central(ContinuousTask task, ContinuousKeys keys, LearnerContext context) {
        return create(
                initialisation(context),
                keys.normalisation(),
                "",
                task.centralInput(),
                keys.hidden());
    }

    /**
     * Fresh networks with any number of layers.
     *
     * @param sizes input and hidden widths
     */
    public static Critic layered(
            Initialisation initial, InputNormalisation.Kind kind, String name, int... sizes) {
        TwinCritic online = new TwinCritic(initial, kind, sizes);
        TwinCritic target = new TwinCritic(initial, kind, sizes);
        target.copyFrom(online);
        return new Critic(name, online, target);
    }

    /** Rows {@code [batch, features + agent·action]}: features, then the actions of all agents. */
    public static Tensor rows(Tensor features, Tensor actions) {
        return torch.cat(new TensorVector(features, actions.flatten(1, -1)), 1);
    }

    /**
     * y = r + γ·(1 − done)·min over heads of the target critic.
     *
     * @param reward {@code [batch]}
     * @param done {@code [batch]}
     * @param nextRows {@code [batch, input]}
     * @return {@code [batch]}, without gradient
     */
    public Tensor target(Tensor reward, Tensor done, Tensor nextRows, double discount) {
        return bootstrapped(reward, done, target.frozenForward(nextRows), discount);
    }

    /**
     * y = r + γ·(1 − done)·min over heads (Eq. 1).
     *
     * @param reward {@code [batch]}
     * @param done {@code [batch]}
     * @param heads values of what follows, {@code [head, batch]}
     * @return {@code [batch]}
     */
    public static Tensor bootstrapped(Tensor reward, Tensor done, Tensor heads, double discount) {
        Tensor next = heads.amin(new long[] {0}, false);
        Tensor continues = done.neg().add(new Scalar(1.0));
        return reward.add(continues.mul(next), new Scalar(discount));
    }

    /**
     * MSE(Q1, y) + MSE(Q2, y), without a half.
     *
     * @param values {@code [head, batch]}
     * @param target {@code [batch]}
     */
    public static Tensor temporalDifferenceLoss(Tensor values, Tensor target) {
        return values.sub(target).square().mean(1).sum();
    }

    /** Tells the probe the gradients. */
    public void report(Probe probe) {
        if (probe.listening()) {
            probe.gradients("critic" + name, online.gradients());
        }
    }

    /** One step of the target. */
    public void follow(SoftUpdate update) {
        target.follow(online, update);
    }

    /** Online network, then target, by the golden files' names. */
    public List<NamedNetwork> named() {
        return List.of(namedOnline(), namedTarget());
    }

    /** The online network by its golden name. */
    public NamedNetwork namedOnline() {
        return new NamedNetwork("critic" + name, online.named());
    }

    /** The target by its golden name. */
    public NamedNetwork namedTarget() {
        return new NamedNetwork("target_critic" + name, target.named());
    }

    @Override
    public void close() {
        online.close();
        target.close();
    }
}
