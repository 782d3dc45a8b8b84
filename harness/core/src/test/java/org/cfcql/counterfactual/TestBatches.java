package org.cfcql.counterfactual;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Probe;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.TensorFactory;

/** Tasks, batches and contexts of made-up numbers. */
final class TestBatches {
    private TestBatches() {}

    static TaskShape task(int agents, int observation, int action) {
        return new TaskShape(
                "mpe/simple_spread",
                "random",
                agents,
                observation,
                agents * observation,
                new ActionSpace.Box(action, -1, 1),
                25);
    }

    static TransitionBatch batch(TensorFactory tensors, TaskShape task, int size, long seed) {
        Initialisation numbers =
                new Initialisation(Compute.byLibTorch(tensors), new RandomStream(seed));
        int agents = task.agents();
        int action = task.actionSpace().size();
        Tensor observations = numbers.normal(1, size, agents, task.observationSize());
        Tensor next = numbers.normal(1, size, agents, task.observationSize());
        return new TransitionBatch(
                observations,
                numbers.uniform(1, size, agents, action),
                numbers.normal(1, size, agents),
                numbers.uniform(1, size, agents).gt(new Scalar(0.8)).to(observations.scalar_type()),
                next,
                numbers.uniform(1, size, agents, action),
                observations.reshape(size, -1),
                next.reshape(size, -1));
    }

    static HarnessContext context(TensorFactory tensors, Probe probe, Kernels kernels) {
        SeedTree seeds = new SeedTree(11);
        return new HarnessContext(
                new Compute(tensors.device(), tensors.precision(), kernels),
                seeds,
                new StreamNoise(seeds.child("noise"), tensors),
                probe,
                new BudgetLedger(Budget.unlimited()));
    }
}
