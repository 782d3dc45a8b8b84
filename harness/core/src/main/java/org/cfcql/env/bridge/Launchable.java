package org.cfcql.env.bridge;

import java.util.List;
import java.util.Map;
import org.cfcql.error.MissingDependency;

/** A program that speaks to the harness and can be started in a process group of its own. */
interface Launchable {
    /**
     * Becomes leader of a session of its own, then the program: so the whole group can be killed.
     * What cannot be started ends with the status that a shell has for it.
     */
    String NEW_SESSION =
            "import os, sys\nos.setsid()\n"
                    + "try:\n os.execvp(sys.argv[1], sys.argv[1:])\n"
                    + "except OSError as e:\n print(e.strerror, file=sys.stderr)\n os._exit(127)";

    /** Arguments that start it with further ones, as leader of a process group. */
    List<String> inOwnGroup(String... arguments);

    /** Variables set for it beside those of this process. */
    Map<String, String> variables();

    /** What to say if the machine cannot even start it. */
    MissingDependency notStarted(Exception refused);
}
