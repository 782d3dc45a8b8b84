package org.cfcql.env.bridge;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.env.EnvironmentProvider;
import org.cfcql.env.EnvironmentRequest;

/** Opens environments in Python workers of this machine. */
public final class BridgeProvider implements EnvironmentProvider {
    private final Bridges bridges;
    private final Deadlines deadlines;
    private final RestartPolicy policy;
    private Catalogue catalogue;

    /** With the documented deadlines and restarts. */
    public BridgeProvider(Bridges bridges) {
        this(bridges, Deadlines.DEFAULT, RestartPolicy.DEFAULT);
    }

    /** With others. */
    public BridgeProvider(Bridges bridges, Deadlines deadlines, RestartPolicy policy) {
        this.bridges = bridges;
        this.deadlines = deadlines;
        this.policy = policy;
    }

    @Override
    public SupervisedEnvironment open(EnvironmentRequest request) {
        String venv = catalogue().familyOf(request.id()).venv();
        WorkerProgram command = bridges.worker(venv);
        return new SupervisedEnvironment(
                incarnation -> new RouterLink(command, incarnation),
                withAbsolutePaths(request),
                bridges.installCommand(venv),
                deadlines,
                policy,
                MonotonicClock.SYSTEM);
    }

    /** The same environment in a process without a bridge, to measure what a bridge costs. */
    public StepsAlone alone(EnvironmentRequest request) {
        String venv = catalogue().familyOf(request.id()).venv();
        return new StepsAlone(bridges.worker(venv), withAbsolutePaths(request));
    }

    @Override
    public void requireKnown(String id) {
        catalogue().familyOf(id);
    }

    @Override
    public boolean knows(String id) {
        return catalogue().knows(id);
    }

    @Override
    public void requireOptions(String id, Map<String, String> options) {
        // Without options there is nothing to ask a Python of.
        if (!options.isEmpty()) {
            catalogue().requireOptions(id, options);
        }
    }

    /** The environments there are; asked once. */
    public synchronized Catalogue catalogue() {
        if (catalogue == null) {
            catalogue = bridges.catalogue();
        }
        return catalogue;
    }

    /** SPEC must name what was asked for, and it never names an alias. */
    private String canonical(String id) {
        Catalogue.Entry entry = catalogue().entry(id);
        return entry.parameter().isPresent() ? id : entry.id();
    }

    /** A worker runs in a folder of its own, where a relative path would lead nowhere. */
    private EnvironmentRequest withAbsolutePaths(EnvironmentRequest request) {
        SortedMap<String, String> options = new TreeMap<>(request.options());
        for (Catalogue.Option option : catalogue().entry(request.id()).options()) {
            options.computeIfPresent(
                    option.name(),
                    (name, value) ->
                            option.leadsToFile(value)
                                    ? Path.of(value).toAbsolutePath().toString()
                                    : value);
        }
        return new EnvironmentRequest(canonical(request.id()), options, request.environments());
    }
}
