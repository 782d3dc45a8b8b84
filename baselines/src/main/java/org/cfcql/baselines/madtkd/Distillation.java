package org.cfcql.baselines.madtkd;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Optimiser;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.parts.ComposedLearner;
import org.cfcql.parts.LearnerParts;
import org.cfcql.parts.LossReport;
import org.cfcql.parts.discrete.EpisodeRows;

/**
 * MADTKD (spec 3.10): a student imitates the data, the probabilities p^T of a centralised {@link
 * Teacher} and the relations between agents that the teacher's features φ^T show:
 *
 * <pre>
 * L = −mean log p^S(a) + α·mean KL(p^T ‖ p^S)
 *     + β·mean Σ_{i≠j} Huber(cos(φ^T_i, φ^T_j) − cos(φ^S_i, φ^S_j))
 * </pre>
 *
 * <p>and now and then the teacher's feature head alone takes a step on
 *
 * <pre>
 * L_T = β·mean Σ_{i≠j} Huber(1/cos(φ^T_i, φ^T_j) − 1/cos(φ^S_i, φ^S_j))
 * </pre>
 *
 * <p>Deviations of the published code from a decision transformer, by row of docs/deviations.md
 * (D-55, {@code madtkd.mode: code}): a context of one slot, no returns, one layer, so the student
 * is a memoryless clone; the refresh meant for every M-th iteration happens in the first M − 1
 * only, so the teacher's feature head stays all but untrained. {@code faithful} gives the student a
 * context and, as an option, returns to go, and refreshes every M-th iteration. The teacher's
 * sequence is one time step in either mode: the published reshape for longer ones mixes agents and
 * times.
 */
final class Distillation {
    private static final String REFRESH_LOSS = "refreshLoss";

    /**
     * What an experiment may set.
     *
     * @param faithful key {@code madtkd.mode}: {@code code} or {@code faithful} (D-55)
     * @param memory keys {@code context}, {@code returnConditioned}, {@code returnTarget}
     * @param networks keys {@code sequences}, {@code width}, {@code layers}, {@code heads}, {@code
     *     lr}, {@code weightDecay}
     * @param divergence key {@code distillation.divergence}: α = 0.5 (spec 3.10)
     * @param relation key {@code distillation.relation}: β = 0.5 (spec 3.10)
     * @param refreshEvery key {@code teacher.refreshEvery}: M = 4 (spec 3.10)
     * @param training keys {@code teacher}
     */
    record Hyperparameters(
            boolean faithful,
            Student.Memory memory,
            Teacher.Hyperparameters networks,
            double divergence,
            double relation,
            int refreshEvery,
            TeacherTraining training) {
        static Hyperparameters read(Settings settings) {
            boolean faithful =
                    settings.choice("madtkd.mode", "code", "code", "faithful").equals("faithful");
            return new Hyperparameters(
                    faithful,
                    Student.Memory.read(settings, faithful),
                    Teacher.Hyperparameters.read(settings),
                    settings.number("distillation.divergence", 0.5, 0, 1e9),
                    settings.number("distillation.relation", 0.5, 0, 1e9),
                    settings.count("teacher.refreshEvery", 4, 1, 1 << 24),
                    TeacherTraining.read(settings));
        }

        /** Whether the teacher is refreshed in an iteration, counted from 1. */
        boolean refreshes(long iteration) {
            return faithful ? iteration % refreshEvery == 0 : iteration < refreshEvery;
        }

        /** The same for the budget. */
        Schedule.Refreshes refreshes() {
            return faithful
                    ? new Schedule.Refreshes(0, refreshEvery)
                    : new Schedule.Refreshes(refreshEvery - 1L, 0);
        }
    }

    private final TaskShape task;
    private final Hyperparameters keys;
    private final LearnerContext context;
    private final Probe probe;
    private final LossReport losses;
    private final Teacher teacher;
    private final Student student;
    private final Optimiser studentOptimiser;
    private final Optimiser refreshOptimiser;

    Distillation(TaskShape task, Hyperparameters keys, LearnerContext context) {
        this.task = task;
        this.keys = keys;
        this.context = context;
        probe = context.probe();
        losses = new LossReport(Madtkd.ID, context);
        teacher = new Teacher(task, keys.networks(), context);
        student = new Student(task, keys.memory(), keys.networks().shape(), context);
        studentOptimiser =
                Teacher.optimiser(
                        Student.NAME, Role.ACTOR, student.network(), keys.networks(), context);
        refreshOptimiser =
                Teacher.optimiser(
                        "refresh", Role.AUXILIARY, teacher.network(), keys.networks(), context);
    }

    /**
     * What is seen of a batch.
     *
     * @param episodes the batch itself, for what was before a step
     * @param rows its rows
     */
    private record Seen(EpisodeBatch episodes, EpisodeRows rows) {}

    Learner learner() {
        Function<Batch, EpisodeRows> rows =
                EpisodeRows.of(keys.networks().layout(), task, context.tensors());
        return new ComposedLearner<>(
                        batch -> new Seen((EpisodeBatch) batch, rows.apply(batch)),
                        (seen, full) -> update(seen),
                        new LearnerParts(
                                losses,
                                new StudentPolicy(student, context.tensors()),
                                List.of(student.named().forActing(), teacher.named()),
                                () -> {},
                                List.of(student::close, teacher::close)))
                .pretraining(batch -> teacher.pretrain((EpisodeBatch) batch), teacher::metrics);
    }

    private void update(Seen seen) {
        EpisodeRows rows = seen.rows();
        boolean refresh = keys.refreshes(studentOptimiser.steps() + 1);
        probe.phase("teacher");
        Tensor observations = rows.steps(rows.observations());
        TokenTransformer.Pass teaching =
                refresh ? teacher.network().headPass() : teacher.network().frozenPass();
        Tensor taught = teacher.read(teaching, rows, observations);
        Tensor teacherFeatures = teaching.features(taught);
        Tensor features =
                updateStudent(
                        rows,
                        seen.episodes(),
                        observations,
                        teaching.logits(taught),
                        teacherFeatures.detach());
        probe.value("refreshed", context.tensors().of(new double[] {refresh ? 1 : 0}));
        losses.forget(REFRESH_LOSS);
        if (refresh) {
            refreshTeacher(teacherFeatures, features);
        }
    }

    /** One step of the student; returns φ^S {@code [step, agent, E]} from before it, constant. */
    private Tensor updateStudent(
            EpisodeRows rows,
            EpisodeBatch batch,
            Tensor observations,
            Tensor teacherLogits,
            Tensor teacherFeatures) {
        probe.phase("student");
        TokenTransformer.Pass pass = student.network().pass();
        Tensor read = student.read(pass, rows, batch, observations);
        Tensor unavailable = ActionDistribution.unavailable(rows);
        ActionDistribution policy = ActionDistribution.of(pass.logits(read), unavailable);
        ActionDistribution taught = ActionDistribution.of(teacherLogits, unavailable);
        Tensor features = pass.features(read);
        Tensor logProbability = policy.ofData(rows);
        Tensor cloning = logProbability.mean().neg();
        Tensor divergence = taught.divergenceFrom(policy);
        Tensor relation = Relations.of(teacherFeatures).distance(Relations.of(features));
        Tensor loss =
                cloning.add(divergence, new Scalar(keys.divergence()))
                        .add(relation, new Scalar(keys.relation()));
        losses.record("cloningLoss", "ce_loss", cloning);
        losses.record("divergenceLoss", "kl_loss", divergence);
        losses.record("relationLoss", "relation_loss", relation);
        losses.record("loss", "loss", loss);
        probe.phase("backward");
        loss.backward();
        if (probe.listening()) {
            probe.value("mask", rows.mask());
            probe.value("probability", rows.padSteps(policy.probabilities()));
            probe.value("teacher_probability", rows.padSteps(taught.probabilities()));
            probe.value("feature", rows.padSteps(features));
            probe.value("teacher_feature", rows.padSteps(teacherFeatures));
            probe.value("log_prob", rows.padSteps(logProbability));
            probe.gradients(Student.NAME, student.network().gradients());
        }
        studentOptimiser.step();
        return features.detach();
    }

    private void refreshTeacher(Tensor teacherFeatures, Tensor features) {
        probe.phase("refresh");
        Tensor distance = Relations.of(teacherFeatures).inverseDistance(Relations.of(features));
        Tensor loss = distance.mul(new Scalar(keys.relation()));
        losses.record(REFRESH_LOSS, "refresh_loss", loss);
        loss.backward();
        if (probe.listening()) {
            probe.gradients(Teacher.NAME, teacher.network().gradients());
        }
        refreshOptimiser.step();
    }
}
