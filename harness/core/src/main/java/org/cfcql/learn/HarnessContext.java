package org.cfcql.learn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.error.HarnessBug;
import org.cfcql.nn.Adam;
import org.cfcql.nn.RmsProp;
import org.cfcql.nn.StepRule;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;

/** The context of a learner in training and in verification; owns the optimisers it hands out. */
public final class HarnessContext implements LearnerContext, AutoCloseable {
    private final Compute compute;
    private final SeedTree cellSeeds;
    private final Noise noise;
    private final Probe probe;
    private final BudgetLedger ledger;
    private final Map<String, StepRule> optimisers = new LinkedHashMap<>();
    private final SortedSet<Role> roles = new TreeSet<>();

    /**
     * A context without optimisers yet.
     *
     * @param compute what the learner computes with
     * @param cellSeeds seed of the cell; parameters start from its child {@code initialisation}
     * @param noise draws of the updates
     * @param probe listener of intermediate values
     * @param ledger what optimiser steps are charged to
     */
    public HarnessContext(
            Compute compute, SeedTree cellSeeds, Noise noise, Probe probe, BudgetLedger ledger) {
        this.compute = compute;
        this.cellSeeds = cellSeeds;
        this.noise = noise;
        this.probe = probe;
        this.ledger = ledger;
    }

    @Override
    public Compute compute() {
        return compute;
    }

    @Override
    public SeedTree initialisation() {
        return cellSeeds.child("initialisation");
    }

    @Override
    public Noise noise() {
        return noise;
    }

    @Override
    public Probe probe() {
        return probe;
    }

    @Override
    public Optimiser adam(
            String name,
            Role role,
            List<Tensor> parameters,
            List<Tensor> undecayed,
            AdamSettings settings) {
        return metered(
                name,
                role,
                () ->
                        new Adam(
                                parameters,
                                undecayed,
                                settings.learningRate(),
                                settings.beta1(),
                                settings.beta2(),
                                settings.epsilon(),
                                settings.weightDecay()));
    }

    @Override
    public Optimiser rmsProp(
            String name, Role role, List<Tensor> parameters, RmsPropSettings settings) {
        return metered(
                name,
                role,
                () ->
                        new RmsProp(
                                parameters,
                                settings.learningRate(),
                                settings.decay(),
                                settings.epsilon()));
    }

    @Override
    public LongConsumer declaredSteps(Role role) {
        roles.add(role);
        ledger.declare(role);
        return new DeclaredSteps(role, ledger);
    }

    private Optimiser metered(String name, Role role, Supplier<StepRule> maker) {
        if (optimisers.containsKey(name)) {
            throw new HarnessBug("expected one optimiser named '" + name + "', found a second");
        }
        StepRule rule = maker.get();
        optimisers.put(name, rule);
        roles.add(role);
        return new MeteredOptimiser(rule, role, ledger);
    }

    /** The optimisers handed out, in the order of their creation, for checkpoints. */
    public Map<String, StepRule> optimisers() {
        return Collections.unmodifiableMap(optimisers);
    }

    /** What the steps of these optimisers are charged to. */
    public SortedSet<Role> roles() {
        return Collections.unmodifiableSortedSet(roles);
    }

    @Override
    public void close() {
        optimisers.values().forEach(StepRule::close);
        optimisers.clear();
    }
}
