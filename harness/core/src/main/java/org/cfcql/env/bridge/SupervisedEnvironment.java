package org.cfcql.env.bridge;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.env.wire.Spec;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.Stopping;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An environment whose worker may hang, die or lie: the worker is killed with its process group,
 * replaced after a pause, and the caller hears {@link EpisodesVoid}. After too many restarts in a
 * row the environment is given up with {@link EnvironmentFault}. Used by one thread at a time.
 */
public final class SupervisedEnvironment implements VectorEnvironment {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedEnvironment.class);
    private static final int WORKER_LACKS_PACKAGES = 3;

    private final WorkerLauncher launcher;
    private final EnvironmentRequest request;
    private final String installCommand;
    private final Deadlines deadlines;
    private final RestartPolicy policy;
    private final MonotonicClock clock;
    private BridgeSession session;
    private WorkerLink link;
    private Spec spec;
    private CfcqlException givenUp;
    private int launches;
    private int restartsInARow;
    private long servingSince;

    /**
     * Starts the first worker.
     *
     * @throws org.cfcql.error.UserError for an unknown id or option
     * @throws MissingDependency if packages are missing
     * @throws EnvironmentFault if no worker can be brought to serve
     */
    SupervisedEnvironment(
            WorkerLauncher launcher,
            EnvironmentRequest request,
            String installCommand,
            Deadlines deadlines,
            RestartPolicy policy,
            MonotonicClock clock) {
        this.launcher = launcher;
        this.request = request;
        this.installCommand = installCommand;
        this.deadlines = deadlines;
        this.policy = policy;
        this.clock = clock;
        startUntilItServes();
    }

    @Override
    public EnvironmentSpec spec() {
        return spec.environment();
    }

    /** Everything the worker said about the environment. */
    public Spec fullSpec() {
        return spec;
    }

    @Override
    public int environments() {
        return request.environments();
    }

    @Override
    public synchronized int restarts() {
        return launches - 1;
    }

    @Override
    public synchronized Observations reset(boolean[] mask, long[] seeds) {
        requireRows(mask.length);
        requireRows(seeds.length);
        return supervised(() -> session.reset(mask, seeds));
    }

    @Override
    public synchronized StepResult step(Actions actions, boolean[] active) {
        requireRows(active.length);
        return supervised(() -> tolerated(session.step(actions, active), active));
    }

    /**
     * Arrays of the game itself that came with the last reset or step, {@code [E, ...]} by name;
     * empty unless the environment was asked for them ({@code raw_state}).
     */
    public synchronized Map<String, double[]> rawArrays() {
        return session.raw();
    }

    @Override
    public synchronized void close() {
        if (session != null && givenUp == null) {
            session.close();
        }
        session = null;
        givenUp = new HarnessBug("expected an open environment, found it closed");
    }

    /** The link to the current worker, for tests that kill it. */
    synchronized WorkerLink link() {
        return link;
    }

    private <T> T supervised(Supplier<T> call) {
        if (givenUp != null) {
            throw givenUp;
        }
        OrderlyEnd.safePlace();
        try {
            return call.get();
        } catch (WorkerFault fault) {
            leaveIfEnding();
            recover(fault);
            throw new EpisodesVoid(spec.label() + ": " + fault.getMessage());
        }
    }

    /** A step in which single rows broke, unless that happens too often. */
    private StepResult tolerated(StepResult step, boolean[] active) {
        List<Integer> rows = step.voidRows(active);
        if (!rows.isEmpty()) {
            WorkerFault fault =
                    new WorkerFault(
                            "the environment restarted itself in rows " + rows,
                            WorkerFault.Remedy.REPEAT);
            if (!goesOn(fault)) {
                throw fault;
            }
        }
        return step;
    }

    private void recover(WorkerFault fault) {
        if (!goesOn(fault)) {
            countRestart(fault);
            startUntilItServes();
        }
    }

    /** Whether the worker may go on with new episodes, which is counted. */
    private boolean goesOn(WorkerFault fault) {
        long servedMs = (clock.nanos() - servingSince) / 1_000_000;
        if (servedMs >= policy.forgivenAfterMs()) {
            restartsInARow = 0;
        }
        if (fault.remedy() != WorkerFault.Remedy.REPEAT || restartsInARow >= policy.restarts()) {
            return false;
        }
        restartsInARow++;
        servingSince = clock.nanos();
        LOG.warn("{}: {}; its episodes are repeated", spec.label(), fault.getMessage());
        return true;
    }

    private void startUntilItServes() {
        while (true) {
            try {
                OrderlyEnd.safePlace();
                start();
                return;
            } catch (WorkerFault fault) {
                leaveIfEnding();
                requirePackages(fault);
                countRestart(fault);
            } catch (RuntimeException refused) {
                giveUp(refused);
                throw refused;
            }
        }
    }

    /** The end of this process ends its workers at once: theirs is no fault to recover from. */
    private void leaveIfEnding() {
        try {
            OrderlyEnd.safePlace();
        } catch (Stopping asked) {
            giveUp(asked);
            throw asked;
        }
    }

    private void start() {
        launches++;
        link = launcher.launch(launches);
        session = new BridgeSession(link, deadlines, clock, installCommand);
        session.greet();
        Spec made = session.make(request, BridgeSession.singlePrecision());
        if (spec != null && !sameFingerprint(made)) {
            throw new WorkerFault(
                    "after a restart the fingerprint was "
                            + made.environment().fingerprint()
                            + ", before "
                            + spec.environment().fingerprint());
        }
        if (spec != null && !spec.sameAs(made)) {
            throw new WorkerFault("after a restart the SPEC of the same fingerprint was another");
        }
        spec = made;
        servingSince = clock.nanos();
    }

    private boolean sameFingerprint(Spec made) {
        return made.environment().fingerprint().equals(spec.environment().fingerprint());
    }

    /** Kills the worker and pauses; throws if there were too many restarts. */
    private void countRestart(WorkerFault fault) {
        session.kill();
        List<String> lastLines = link.lastLines();
        restartsInARow++;
        boolean hopeless = spec == null && fault.remedy() == WorkerFault.Remedy.GIVE_UP;
        if (hopeless || restartsInARow > policy.restarts()) {
            EnvironmentFault lost =
                    new EnvironmentFault(
                            "expected "
                                    + request.id()
                                    + " to run, its worker failed "
                                    + restartsInARow
                                    + " times in a row, at last because "
                                    + fault.getMessage()
                                    + lastWords(lastLines)
                                    + "; run: cfcql env check "
                                    + request.id(),
                            fault);
            giveUp(lost);
            throw lost;
        }
        long pauseMs = policy.pauseMs(restartsInARow);
        LOG.warn(
                "{}: {}{}; restart {} of {} in {} ms",
                request.id(),
                fault.getMessage(),
                lastWords(lastLines),
                restartsInARow,
                policy.restarts(),
                pauseMs);
        clock.pause(pauseMs);
    }

    private void requirePackages(WorkerFault fault) {
        if (link.exitStatus().orElse(0) == WORKER_LACKS_PACKAGES) {
            MissingDependency missing =
                    new MissingDependency(
                            "expected the Python packages of "
                                    + request.id()
                                    + ", the worker found some missing"
                                    + lastWords(link.lastLines())
                                    + "; run: "
                                    + installCommand,
                            fault);
            giveUp(missing);
            throw missing;
        }
    }

    private void giveUp(RuntimeException reason) {
        if (session != null) {
            session.kill();
        }
        givenUp =
                reason instanceof CfcqlException expected
                        ? expected
                        : new HarnessBug("the environment failed before", reason);
    }

    private void requireRows(int found) {
        if (found != request.environments()) {
            throw new HarnessBug("expected " + request.environments() + " rows, found " + found);
        }
    }

    private static String lastWords(List<String> lines) {
        int from = Math.max(0, lines.size() - 3);
        return lines.isEmpty()
                ? ""
                : " [" + String.join(" | ", lines.subList(from, lines.size())) + "]";
    }
}
