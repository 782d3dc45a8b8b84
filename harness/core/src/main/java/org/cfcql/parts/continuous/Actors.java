package org.cfcql.parts.continuous;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.ActorPolicy;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Probe;
import org.cfcql.nn.ActorNetworks;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.SoftUpdate;

/**
 * Policies of some agents and the targets that follow them (spec 2.1).
 *
 * @param online trained
 * @param target exact copies at first
 * @param first number of the first agent held; the others follow it
 */
public record Actors(ActorNetworks online, ActorNetworks target, int first)
        implements AutoCloseable {
    /** The stream of policies' initial parameters. */
    public static Initialisation initialisation(LearnerContext context) {
        return new Initialisation(
                context.compute(), context.initialisation().child("actors").stream());
    }

    /** Fresh networks for agents {@code first} to {@code first + agents - 1}. */
    public static Actors create(
            Initialisation initial,
            InputNormalisation.Kind kind,
            int first,
            int agents,
            ContinuousTask task,
            int hidden) {
        ActorNetworks online = networks(initial, kind, agents, task, hidden);
        ActorNetworks target = networks(initial, kind, agents, task, hidden);
        target.parameters().copyFrom(online.parameters());
        return new Actors(online, target, first);
    }

    /** Fresh networks for all agents of a task. */
    public static Actors ofAll(ContinuousTask task, ContinuousKeys keys, LearnerContext context) {
        return create(
                initialisation(context),
                keys.normalisation(),
                0,
                task.agents(),
                task,
                keys.hidden());
    }

    /** Fresh networks without targets. */
    public static ActorNetworks networks(
            Initialisation initial,
            InputNormalisation.Kind kind,
            int agents,
            ContinuousTask task,
            int hidden) {
        return new ActorNetworks(
                initial,
                kind,
                agents,
                ActorNetworks.SMALL_LAST_BOUND,
                task.observation(),
                hidden,
                hidden,
                task.action());
    }

    /** Noise-free decisions, if these are all agents of the task. */
    public ActorPolicy policy(LearnerContext context, ContinuousTask task) {
        return new ActorPolicy(online, context.tensors(), task.agents(), task.observation());
    }

    /** The leaves for an optimiser. */
    public List<Tensor> leaves() {
        return online.parameters().leaves();
    }

    /** Tells the probe the gradients of each agent's network. */
    public void report(Probe probe) {
        report(probe, online, first);
    }

    /** As {@link #report(Probe)}, for networks without targets. */
    public static void report(Probe probe, ActorNetworks networks, int first) {
        if (probe.listening()) {
            for (int index = 0; index < networks.agents(); index++) {
                probe.gradients(
                        "actor" + (first + index), networks.parameters().gradients(index, ""));
            }
        }
    }

    /** One step of the targets. */
    public void follow(SoftUpdate update) {
        update.apply(target.parameters(), online.parameters());
    }

    /** Online networks, then targets, by the golden files' names. */
    public List<NamedNetwork> named() {
        List<NamedNetwork> networks = new ArrayList<>(acting(online, first));
        networks.addAll(namedTargets());
        return networks;
    }

    /** The targets by their golden names. */
    public List<NamedNetwork> namedTargets() {
        return named("target_actor", target, first);
    }

    /** Networks that decide, named {@code actor} and the agent's number. */
    public static List<NamedNetwork> acting(ActorNetworks networks, int first) {
        return named("actor", networks, first).stream().map(NamedNetwork::forActing).toList();
    }

    private static List<NamedNetwork> named(String prefix, ActorNetworks networks, int first) {
        return IntStream.range(0, networks.agents())
                .mapToObj(
                        index -> new NamedNetwork(prefix + (first + index), networks.agent(index)))
                .toList();
    }

    @Override
    public void close() {
        online.close();
        target.close();
    }
}
