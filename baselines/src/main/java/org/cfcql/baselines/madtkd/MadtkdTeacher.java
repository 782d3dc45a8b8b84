package org.cfcql.baselines.madtkd;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.error.HarnessBug;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;

/** MADTKD's teacher alone, for verification and as the student's pretraining. */
public final class MadtkdTeacher implements Algorithm {
    /** Id of the model. */
    static final String ID = "madtkd-teacher";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Teacher of MADTKD";
    }

    @Override
    public GoldenTerms golden() {
        return new MadtkdTeacherGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), false);
    }

    @Override
    public boolean auxiliary() {
        return true;
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        Teacher.Hyperparameters keys = Teacher.Hyperparameters.read(settings);
        return new ConfiguredAlgorithm(
                Schedule.untargeted(),
                context -> new TeacherLearner(new Teacher(task, keys, context)));
    }

    /**
     * The teacher as a learner of its own.
     *
     * @param teacher what is trained
     */
    private record TeacherLearner(Teacher teacher) implements Learner {
        @Override
        public void update(Batch batch, UpdateStep step) {
            teacher.pretrain((EpisodeBatch) batch);
        }

        @Override
        public void updateTargets() {
            // There are none.
        }

        @Override
        public Policy policy() {
            throw new HarnessBug("expected nobody to play MADTKD's teacher: it sees all agents");
        }

        @Override
        public List<NamedNetwork> networks() {
            return List.of(teacher.named());
        }

        @Override
        public Map<String, Double> metrics() {
            return teacher.metrics();
        }

        @Override
        public void close() {
            teacher.close();
        }
    }
}
