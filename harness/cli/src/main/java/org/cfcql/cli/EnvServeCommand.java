package org.cfcql.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.ServedWorker;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.OrderlyEnd;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A worker for another client than this harness. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Starts an environment worker that connects to a client of yours",
            "(env-bridges/PROTOCOL.md). Its token is read from the variable CFCQL_TOKEN or,"
                    + " without",
            "one, from the first line of standard input, whose end also ends the worker."
        },
        footer = {"", "Example: cfcql env serve mpe --connect tcp://127.0.0.1:5555"})
final class EnvServeCommand implements Callable<Integer> {
    private static final int INPUT_ENDED = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Parameters(paramLabel = "FAMILY", description = "Family such as mpe.")
    private String family;

    @Option(
            names = "--connect",
            required = true,
            paramLabel = "ADDRESS",
            description = "The client's ROUTER on a loopback address.")
    private String address;

    @Override
    public Integer call() {
        Bridges bridges = Bridges.at(Home.locate());
        String venv = bridges.catalogue().venv(family);
        Optional<String> token = Optional.ofNullable(System.getenv("CFCQL_TOKEN"));
        ServedWorker worker = bridges.serve(venv, address, token);
        try {
            OrderlyEnd.instead(worker::kill, PATIENCE);
            int status = worker.waitFor();
            return status == INPUT_ENDED ? 0 : status;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EnvironmentFault("interrupted while serving " + family, interrupted);
        } finally {
            worker.kill();
        }
    }
}
