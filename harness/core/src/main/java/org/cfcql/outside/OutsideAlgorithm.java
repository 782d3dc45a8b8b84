package org.cfcql.outside;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.bridge.ProgramCommand;
import org.cfcql.error.HarnessBug;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/**
 * A learner from outside as an algorithm: every question to it is put to a process, which is asked
 * the same once only.
 */
final class OutsideAlgorithm implements Algorithm {
    /** What of a learner decides numbers beside its settings, and is no setting. */
    private static final Set<String> FACTS =
            Set.of("learner.name", "learner.version", "learner.files");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String id;
    private final OutsideCommand command;
    private final ProgramCommand program;
    private final LearnerDeadlines deadlines;
    private final Map<List<Object>, Readiness> answers = new HashMap<>();
    private Introduction introduction;

    OutsideAlgorithm(
            String id, OutsideCommand command, ProgramCommand program, LearnerDeadlines deadlines) {
        this.id = id;
        this.command = command;
        this.program = program;
        this.deadlines = deadlines;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String title() {
        return id + " (outside, steps declared)";
    }

    @Override
    public synchronized Capabilities capabilities() {
        if (introduction == null) {
            try (OutsideProcess process = OutsideProcess.start(id, program, deadlines)) {
                introduction = process.greet();
            }
        }
        return new Capabilities(introduction.branches(), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        settings.words(OutsideAlgorithms.COMMAND);
        SortedMap<String, Object> own = settings.handOn(FACTS);
        if (settings.explores()) {
            return new ConfiguredAlgorithm(
                    Schedule.untargeted(),
                    context -> {
                        throw new HarnessBug("a learner of keys that are only explored");
                    });
        }
        Readiness readiness = readiness(task, own);
        readiness.settings().forEach(settings::inForce);
        settings.fact("learner.name", introduction.name());
        settings.fact("learner.version", introduction.version());
        settings.fact("learner.files", command.hashes());
        return new ConfiguredAlgorithm(
                        readiness.schedule(), context -> learner(task, own, readiness, context))
                .readingNextActions(readiness.readsNextActions());
    }

    private synchronized Readiness readiness(TaskShape task, SortedMap<String, Object> own) {
        return answers.computeIfAbsent(
                List.of(task, own),
                absent -> {
                    try (OutsideProcess process = OutsideProcess.start(id, program, deadlines)) {
                        introduction = process.greet();
                        return take(process, task, own, 0);
                    }
                });
    }

    private Learner learner(
            TaskShape task,
            SortedMap<String, Object> own,
            Readiness expected,
            LearnerContext context) {
        OutsideProcess process = OutsideProcess.start(id, program, deadlines);
        try {
            Introduction now = process.greet();
            Readiness answer =
                    take(process, task, own, context.initialisation().seed() & Long.MAX_VALUE);
            if (!now.equals(introduction) || !answer.equals(expected)) {
                throw process.broken(
                        "say the same of itself each time, as " + introduction + " " + expected,
                        now + " " + answer);
            }
            return new OutsideLearner(id, process, task, answer, context);
        } catch (RuntimeException refused) {
            process.close();
            throw refused;
        }
    }

    private static Readiness take(
            OutsideProcess process, TaskShape task, SortedMap<String, Object> own, long seed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("environment", task.environment());
        fields.put("data", task.datasetKind());
        fields.put("branch", task.branch().name().toLowerCase(Locale.ROOT));
        fields.put("agents", (long) task.agents());
        fields.put("observation", (long) task.observationSize());
        fields.put("state", (long) task.stateSize());
        fields.put("actions", (long) task.actionSpace().size());
        boolean box = task.actionSpace() instanceof ActionSpace.Box;
        ActionSpace.Box bounds = box ? (ActionSpace.Box) task.actionSpace() : null;
        fields.put("low", box ? bounds.low() : 0.0);
        fields.put("high", box ? bounds.high() : 0.0);
        fields.put("episode_limit", (long) task.episodeLimit());
        fields.put("seed", seed);
        fields.put("settings", json(own));
        return process.ask(LearnerMessage.TASK, fields, List.of(), Readiness::of);
    }

    private static String json(SortedMap<String, Object> own) {
        try {
            return JSON.writeValueAsString(new TreeMap<>(own));
        } catch (JsonProcessingException impossible) {
            throw new HarnessBug("settings cannot be written as JSON", impossible);
        }
    }
}
