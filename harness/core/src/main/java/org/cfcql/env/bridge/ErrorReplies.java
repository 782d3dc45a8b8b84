package org.cfcql.env.bridge;

import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.WorkerError;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;

/** What a worker's ERROR means to the harness. */
final class ErrorReplies {
    private ErrorReplies() {}

    /**
     * The exception to throw.
     *
     * @param request what was asked, for example {@code STEP}
     * @param installCommand what installs the family's packages
     */
    static RuntimeException exception(WorkerError error, String request, String installCommand) {
        boolean making = request.equals("MAKE");
        return switch (error.code()) {
            case UNKNOWN_ENV, BAD_OPTION ->
                    making ? new UserError(withSuggestion(error)) : refused(error, request);
            case MISSING_DEPENDENCY ->
                    making ? missing(error, installCommand) : refused(error, request);
            case ENV_RESTARTED ->
                    new WorkerFault(
                            "the environment restarted itself: " + error.text(),
                            WorkerFault.Remedy.REPEAT);
            case ENV_CRASHED, DEADLINE, INTERNAL -> failed(error, request);
            case BAD_VERSION,
                    BAD_TOKEN,
                    BAD_MESSAGE,
                    BAD_SHAPE,
                    BAD_DTYPE,
                    ILLEGAL_ACTION,
                    STEP_BEFORE_RESET,
                    STEP_AFTER_END,
                    TOO_LARGE,
                    UNSUPPORTED ->
                    refused(error, request);
        };
    }

    private static WorkerFault failed(WorkerError error, String request) {
        return new WorkerFault(
                request
                        + " failed in the worker with "
                        + error.code()
                        + ": "
                        + error.text()
                        + lastLine(error.traceback()),
                error.code() == ErrorCode.DEADLINE
                        ? WorkerFault.Remedy.GIVE_UP
                        : WorkerFault.Remedy.REPLACE);
    }

    /** What was sent had been checked here: who refuses it is wrong. */
    private static WorkerFault refused(WorkerError error, String request) {
        return new WorkerFault(
                "expected "
                        + request
                        + " to be served, the worker refused it with "
                        + error.code()
                        + ": "
                        + error.text());
    }

    private static String withSuggestion(WorkerError error) {
        boolean said = error.suggestion().isEmpty() || error.text().contains(error.suggestion());
        return error.text() + (said ? "" : "; did you mean '" + error.suggestion() + "'?");
    }

    private static MissingDependency missing(WorkerError error, String installCommand) {
        if (error.packages().isEmpty()) {
            return new MissingDependency(error.text());
        }
        return new MissingDependency(
                "expected the Python packages "
                        + String.join(", ", error.packages())
                        + ", found them missing ("
                        + error.text()
                        + "); run: "
                        + installCommand);
    }

    private static String lastLine(String traceback) {
        String trimmed = traceback.strip();
        String line = trimmed.substring(trimmed.lastIndexOf('\n') + 1).strip();
        return line.isEmpty() ? "" : " (" + line + ")";
    }
}
