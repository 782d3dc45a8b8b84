package org.cfcql.outside;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.cfcql.env.bridge.Conversation;
import org.cfcql.env.bridge.ProgramCommand;
import org.cfcql.env.bridge.WorkerFault;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.env.wire.WorkerError;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.LearnerFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;

/**
 * The process of one learner: messages go out and come back checked, and whatever it does wrong is
 * a {@link LearnerFault} that names it, after which nothing of it is left.
 */
final class OutsideProcess implements AutoCloseable {
    private static final int LACKS_PACKAGES = 3;
    private static final int NO_PROGRAM = 127;
    private static final int LAST_LINES = 3;

    private final String id;
    private final LearnerDeadlines deadlines;
    private final ProgramCommand command;
    private final Conversation conversation;
    private boolean ended;

    private OutsideProcess(String id, ProgramCommand command, LearnerDeadlines deadlines) {
        this.id = id;
        this.command = command;
        this.deadlines = deadlines;
        conversation = Conversation.with(command, this::refusal);
    }

    /**
     * A process that has been started and not yet greeted.
     *
     * @param id what the experiment calls the learner
     */
    static OutsideProcess start(String id, ProgramCommand command, LearnerDeadlines deadlines) {
        return new OutsideProcess(id, command, deadlines);
    }

    /** HELLO and WELCOME. */
    Introduction greet() {
        return guarded(
                () -> {
                    Message hello =
                            conversation.greet(
                                    Introduction.ROLE, deadlines.helloMs(), deadlines.byMessage());
                    return Conversation.checked("HELLO", () -> Introduction.of(hello));
                });
    }

    /**
     * Asks, and reads the answer whole.
     *
     * @param reading reads the reply; what it finds wrong it throws as {@link ProtocolViolation}
     */
    <T> T ask(
            LearnerMessage request,
            Map<String, Object> fields,
            List<byte[]> arrays,
            Function<Message, T> reading) {
        return guarded(
                () -> {
                    Message reply =
                            conversation.exchange(
                                    number -> new Message(request.name(), number, fields, arrays),
                                    request.reply(),
                                    deadlines.workMs());
                    return Conversation.checked(request.reply(), () -> reading.apply(reply));
                });
    }

    /** The end of a learner that broke what was agreed. */
    LearnerFault broken(String expected, String found) {
        kill();
        return new LearnerFault(
                "expected the learner '"
                        + id
                        + "' to "
                        + expected
                        + ", found "
                        + found
                        + "; mend its program, then run the same command again");
    }

    private <T> T guarded(Supplier<T> talk) {
        if (ended) {
            throw new LearnerFault(
                    "expected the learner '" + id + "' to run, its process has ended before");
        }
        try {
            return talk.get();
        } catch (WorkerFault fault) {
            RuntimeException told = told(fault);
            kill();
            throw told;
        } catch (EnvironmentFault version) {
            kill();
            throw new LearnerFault(version.getMessage(), version);
        } catch (RuntimeException refused) {
            kill();
            throw refused;
        }
    }

    private RuntimeException told(WorkerFault fault) {
        int status = conversation.exitStatus().orElse(0);
        if (status == NO_PROGRAM) {
            return new MissingDependency(
                    "expected a program that starts as '"
                            + command.words().get(0)
                            + "' for the learner '"
                            + id
                            + "', found none"
                            + lastWords()
                            + "; install it or mend its command",
                    fault);
        }
        if (status == LACKS_PACKAGES) {
            return new MissingDependency(
                    "expected the packages of the learner '"
                            + id
                            + "', found some missing"
                            + lastWords()
                            + "; install them for the Python that its command names",
                    fault);
        }
        return new LearnerFault(
                "expected the learner '"
                        + id
                        + "' to keep to the protocol, "
                        + fault.getMessage()
                        + lastWords()
                        + "; mend its program, then run the same command again",
                fault);
    }

    private String lastWords() {
        List<String> lines = conversation.lastLines();
        int from = Math.max(0, lines.size() - LAST_LINES);
        return lines.isEmpty()
                ? ""
                : " [" + String.join(" | ", lines.subList(from, lines.size())) + "]";
    }

    /** What its ERROR means. */
    private RuntimeException refusal(WorkerError error, String request) {
        boolean tasked = request.equals(LearnerMessage.TASK.name());
        return switch (error.code()) {
            case BAD_OPTION, UNSUPPORTED ->
                    tasked
                            ? new UserError("learner '" + id + "': " + error.text())
                            : failed(error, request);
            case MISSING_DEPENDENCY ->
                    new MissingDependency("learner '" + id + "': " + error.text());
            default -> failed(error, request);
        };
    }

    private LearnerFault failed(WorkerError error, String request) {
        return new LearnerFault(
                "expected the learner '"
                        + id
                        + "' to answer "
                        + request
                        + ", it failed: "
                        + error.text()
                        + "; mend its program, then run the same command again");
    }

    /** Ends a session of the policy; of a process that has ended there is none left. */
    void shut(long session) {
        if (!ended) {
            ask(LearnerMessage.SHUT, Map.of("session", session), List.of(), reply -> reply);
        }
    }

    private void kill() {
        if (!ended) {
            ended = true;
            conversation.kill();
        }
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            conversation.end(deadlines.closeMs());
        }
    }
}
