package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.baselines.bc.BehaviourCloning;
import org.cfcql.budget.BudgetExceeded;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.error.NumericFault;
import org.cfcql.error.UserError;
import org.cfcql.learn.Policy;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;

class BehaviourCloningTest {
    private static final BehaviourCloning ALGORITHM = new BehaviourCloning();
    private static final int UPDATES = 800;

    @Test
    void recoversALinearPolicyOfEachAgent() {
        RandomStream stream = new RandomStream(5);
        try (PointerScope outer = new PointerScope();
                Toy.Running running =
                        Toy.start(
                                ALGORITHM,
                                1,
                                UPDATES,
                                Map.of("lr", 0.003, "norm", Map.of("input", "none")))) {
            Tensor weights =
                    Toy.uniform(stream, Toy.AGENTS, Toy.OBSERVATION, Toy.ACTION)
                            .mul(new Scalar(0.3));
            for (int update = 0; update < UPDATES; update++) {
                try (PointerScope scope = new PointerScope()) {
                    running.learner().update(taught(Toy.batch(stream), weights), Toy.FULL);
                }
            }
            Tensor seen = Toy.uniform(stream, 10, Toy.AGENTS, Toy.OBSERVATION);
            double[] expected = TensorFactory.toDoubles(linear(seen, weights));
            float[] found = act(running.learner().policy(), seen);
            double worst = 0;
            for (int index = 0; index < found.length; index++) {
                worst = Math.max(worst, Math.abs(found[index] - expected[index]));
            }
            assertThat(worst).as("largest error of an action").isLessThan(0.1);
        }
    }

    @Test
    void spendsActorStepsOnly() {
        try (Toy.Running running = Toy.start(ALGORITHM, 1, 3, Map.of())) {
            Toy.train(running, 3, Toy.FULL);
            assertThat(running.ledger().spent(Role.ACTOR)).isEqualTo(3);
            assertThat(running.ledger().spent(Role.CRITIC)).isZero();
            assertThatThrownBy(() -> Toy.train(running, 1, Toy.FULL))
                    .isInstanceOf(BudgetExceeded.class);
        }
    }

    @Test
    void actionsThatAreNoNumbersAreANumericFault() {
        try (PointerScope scope = new PointerScope();
                Toy.Running running = Toy.start(ALGORITHM, 1, 1, Map.of())) {
            TransitionBatch batch = Toy.batch(new RandomStream(3));
            batch.actions().fill_(new Scalar(Double.NaN));
            assertThatThrownBy(() -> running.learner().update(batch, Toy.FULL))
                    .isInstanceOf(NumericFault.class)
                    .hasMessageContaining("actorLoss");
        }
    }

    @Test
    void keyThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> Toy.start(ALGORITHM, 1, 1, Map.of("norm.inputs", "none")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'norm.input'?");
    }

    private static TransitionBatch taught(TransitionBatch batch, Tensor weights) {
        return new TransitionBatch(
                batch.observations(),
                linear(batch.observations(), weights),
                batch.rewards(),
                batch.dones(),
                batch.nextObservations(),
                batch.nextActions(),
                batch.state(),
                batch.nextState());
    }

    private static Tensor linear(Tensor observations, Tensor weights) {
        return observations.transpose(0, 1).matmul(weights).transpose(0, 1);
    }

    private static float[] act(Policy policy, Tensor observations) {
        float[] seen = TensorFactory.toFloats(observations);
        int rows = (int) observations.size(0);
        try (Policy.Session session = policy.open(rows)) {
            Actions actions = session.act(new Observations(rows, seen, seen, new byte[0]));
            return ((Actions.Continuous) actions).values();
        }
    }
}
