package org.cfcql.baselines.madtkd;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.parts.discrete.EpisodeRows;

/**
 * The decentralised student (spec 3.10): every agent reads its own last K slots with the same
 * network. Conditioned on returns, a slot is three tokens, return to go, observation and action;
 * otherwise it is the observation. The decision is read at the last observation, which sees neither
 * its own action nor anything later.
 */
final class Student implements AutoCloseable {
    /** Golden name. */
    static final String NAME = "student";

    /** Tokens of a slot with returns: return to go, observation, action. */
    private static final int TOKENS = 3;

    private final TaskShape task;
    private final Memory memory;
    private final LearnerContext context;
    private final TokenTransformer network;

    /**
     * What the student remembers of an episode (D-55).
     *
     * @param context key {@code context}: K slots; 1 as published
     * @param returnTarget keys {@code returnConditioned} and {@code returnTarget}: the return it is
     *     asked for when it plays, 20; empty without conditioning, as published
     */
    record Memory(int context, Optional<Double> returnTarget) {
        private static final int FAITHFUL_CONTEXT = 20;
        private static final double TARGET = 20;

        /**
         * Reads the keys.
         *
         * @param faithful whether there is a context at all
         */
        static Memory read(Settings settings, boolean faithful) {
            if (!faithful) {
                String advice = "set madtkd.mode: faithful or leave it out";
                settings.refuseInert("context", advice);
                settings.refuseInert("returnConditioned", advice);
                settings.refuseInert("returnTarget", advice);
                return new Memory(1, Optional.empty());
            }
            int context = settings.count("context", FAITHFUL_CONTEXT, 1, 1 << 12);
            if (!settings.flag("returnConditioned", false)) {
                settings.refuseInert("returnTarget", "set returnConditioned: true or leave it out");
                return new Memory(context, Optional.empty());
            }
            return new Memory(
                    context, Optional.of(settings.number("returnTarget", TARGET, -1e9, 1e9)));
        }
    }

    /**
     * Windows of slots, W of them.
     *
     * @param observations {@code [W, K, observation]}
     * @param times {@code [W, K]}
     * @param returns return to go {@code [W, K]}
     * @param actions {@code [W, K]}; the last one is never seen
     * @param last index of the slot to decide in {@code [W]}; what follows it is never seen
     */
    record Windows(
            Tensor observations, Tensor times, Tensor returns, Tensor actions, Tensor last) {}

    Student(TaskShape task, Memory memory, TokenTransformer.Shape shape, LearnerContext context) {
        this.task = task;
        this.memory = memory;
        this.context = context;
        network = new TokenTransformer(NAME, shape, TOKENS * memory.context() + 1, task, context);
    }

    /** What was read {@code [W, E]}. */
    Tensor read(TokenTransformer.Pass pass, Windows windows) {
        Tensor times = pass.times(windows.times());
        Tensor seen = pass.observations(windows.observations()).add(times);
        if (memory.returnTarget().isEmpty()) {
            return pass.read(seen.add(pass.positions(seen.size(1))), windows.last());
        }
        Tensor wished = pass.returns(windows.returns()).add(times);
        Tensor done = pass.actions(windows.actions()).add(times);
        Tensor tokens = torch.stack(new TensorVector(wished, seen, done), 2).flatten(1, 2);
        Tensor wanted = windows.last().mul(new Scalar((long) TOKENS)).add(new Scalar(1L));
        return pass.read(tokens.add(pass.positions(tokens.size(1))), wanted);
    }

    /**
     * What was read {@code [step, agent, E]} of the steps of a batch.
     *
     * @param observations of the steps, {@code [step, agent, observation]}
     */
    Tensor read(
            TokenTransformer.Pass pass, EpisodeRows rows, EpisodeBatch batch, Tensor observations) {
        Tensor read =
                memory.context() == 1 && memory.returnTarget().isEmpty()
                        ? readAlone(pass, rows, observations)
                        : read(pass, windows(rows, batch));
        return read.view(-1, task.agents(), network.width());
    }

    /** A window of one slot is the step itself; its time is the same for all agents. */
    private Tensor readAlone(TokenTransformer.Pass pass, EpisodeRows rows, Tensor observations) {
        Tensor places = pass.times(rows.stepTimes()).add(pass.positions(1));
        Tensor tokens = pass.observations(observations).add(places.unsqueeze(1));
        return pass.read(tokens.view(-1, 1, network.width()));
    }

    private Windows windows(EpisodeRows rows, EpisodeBatch batch) {
        StepWindows steps = StepWindows.of(rows, batch, memory.context(), context.tensors());
        long agents = task.agents();
        return new Windows(
                steps.gather(rows.observations()),
                StepWindows.forAgents(steps.times(), agents),
                StepWindows.forAgents(steps.returns(), agents),
                steps.gather(rows.rowActions()),
                StepWindows.forAgents(steps.last().unsqueeze(1), agents).select(1, 0));
    }

    /** The network. */
    TokenTransformer network() {
        return network;
    }

    /** What it remembers. */
    Memory memory() {
        return memory;
    }

    /** Its task. */
    TaskShape task() {
        return task;
    }

    /** The network under its golden name. */
    NamedNetwork named() {
        return network.named();
    }

    @Override
    public void close() {
        network.close();
    }
}
