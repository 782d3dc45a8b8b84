package org.cfcql.env.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;
import org.cfcql.plugin.PluginFolders;

/**
 * The Python side on this machine: the package's source, the virtual environments, the catalogue.
 *
 * @param home root of the checkout
 * @param venvs folder of the virtual environments, one per lock file
 * @param basePython interpreter that makes them and lists the environments; needs no packages
 * @param plugins where environments of other people lie, each with its lock file
 */
public record Bridges(Path home, Path venvs, String basePython, PluginFolders plugins) {
    /** Time to list the environments, also on a machine that is busy with other things. */
    private static final int LIST_SECONDS = 120;

    /** The exit status of a process that a signal ended is this plus the signal's number. */
    private static final int SIGNALLED = 128;

    /**
     * Folders as the process' variables say: {@code CFCQL_VENVS}, {@code CFCQL_PYTHON}, {@code
     * CFCQL_PLUGINS}.
     */
    public static Bridges at(Path home) {
        return at(home, System.getenv());
    }

    /** The same of other variables; the Makefile has the same names and defaults. */
    static Bridges at(Path home, Map<String, String> variables) {
        String venvs = variables.get("CFCQL_VENVS");
        return new Bridges(
                home,
                venvs == null ? home.resolve(".venvs") : Path.of(venvs).toAbsolutePath(),
                variables.getOrDefault("CFCQL_PYTHON", "python3"),
                PluginFolders.of(home, variables));
    }

    /** The checkout named by the launcher in {@code cfcql.home}, else the current folder. */
    public static Bridges ofThisProcess() {
        return at(Path.of(System.getProperty("cfcql.home", ".")).toAbsolutePath().normalize());
    }

    /** Interpreter of a virtual environment, whether or not it exists. */
    public Path python(String venv) {
        return venvs.resolve(venv).resolve("bin").resolve("python");
    }

    /** Whether a virtual environment was completely installed. */
    public boolean installed(String venv) {
        return Files.isExecutable(python(venv)) && Files.exists(ready(venv));
    }

    /** Whether it was installed from its lock file as it is now. */
    public boolean upToDate(String venv) {
        return installed(venv)
                && ready(venv).toFile().lastModified() >= lock(venv).toFile().lastModified();
    }

    /** The command that installs a virtual environment. */
    public String installCommand(String venv) {
        return "cfcql env install " + venv;
    }

    /**
     * How the worker of a virtual environment is started.
     *
     * @throws MissingDependency if it is not installed
     */
    public WorkerProgram worker(String venv) {
        if (!Files.isExecutable(python(venv))) {
            throw new MissingDependency(
                    "expected the Python packages of "
                            + lock(venv).getFileName()
                            + " in "
                            + venvs.resolve(venv)
                            + ", found none; run: "
                            + installCommand(venv));
        }
        return new WorkerProgram(python(venv), source(), plugins);
    }

    /**
     * How a program of somebody else is started: with the packages of the checkout on Python's
     * module path, before those of the user's own variable.
     *
     * @param words program and arguments
     */
    public ProgramCommand program(List<String> words) {
        Map<String, String> variables = new TreeMap<>(ProgramCommand.oneThread());
        String own = System.getenv("PYTHONPATH");
        String path = source() + (own == null || own.isEmpty() ? "" : File.pathSeparator + own);
        variables.put("PYTHONPATH", path);
        variables.put("PYTHONHASHSEED", "0");
        return new ProgramCommand(Path.of(basePython), words, variables);
    }

    /**
     * The environments there are, asked from the Python package.
     *
     * @throws MissingDependency without a Python
     */
    public Catalogue catalogue() {
        if (!Files.isDirectory(source())) {
            throw new MissingDependency(
                    "expected the bridges in "
                            + source()
                            + ", found nothing; run cfcql from its"
                            + " checkout or set -Dcfcql.home");
        }
        WorkerProgram lister = new WorkerProgram(Path.of(basePython), source(), plugins);
        ProcessBuilder builder = new ProcessBuilder(lister.module("--list-json"));
        builder.environment().putAll(lister.variables());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            byte[] listing = listed(process);
            requireListed(process.exitValue());
            return Catalogue.of(new ObjectMapper().readTree(new String(listing, UTF_8)));
        } catch (JsonProcessingException garbled) {
            throw new EnvironmentFault("expected a list of environments as JSON", garbled);
        } catch (IOException absent) {
            throw noPython(absent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EnvironmentFault("interrupted while listing environments", interrupted);
        }
    }

    /** What it prints; a Python that never ends is killed. */
    private byte[] listed(Process process) throws InterruptedException {
        CompletableFuture<byte[]> reading =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return process.getInputStream().readAllBytes();
                            } catch (IOException gone) {
                                return new byte[0];
                            }
                        });
        if (!ended(process, TimeUnit.SECONDS.toMillis(LIST_SECONDS))) {
            throw new EnvironmentFault(
                    "expected "
                            + basePython
                            + " to list the environments within "
                            + LIST_SECONDS
                            + " seconds, it did not; look at what it does, CFCQL_PYTHON names"
                            + " another");
        }
        return reading.join();
    }

    /** Whether a process ended in time; neither one that did not nor its children stay. */
    private static boolean ended(Process process, long limitMs) throws InterruptedException {
        long startedNanos = System.nanoTime();
        try {
            while (!process.waitFor(BridgeDefaults.WATCH_MS, TimeUnit.MILLISECONDS)) {
                OrderlyEnd.safePlace();
                if (System.nanoTime() - startedNanos > TimeUnit.MILLISECONDS.toNanos(limitMs)) {
                    return false;
                }
            }
            return true;
        } finally {
            if (process.isAlive()) {
                List<ProcessHandle> children = process.descendants().toList();
                process.destroyForcibly();
                children.forEach(ProcessHandle::destroyForcibly);
            }
        }
    }

    private void requireListed(int status) {
        if (status > SIGNALLED) {
            throw new EnvironmentFault(
                    "expected "
                            + basePython
                            + " to list the environments, it was ended by signal "
                            + (status - SIGNALLED)
                            + "; run the same command again");
        }
        if (status != 0) {
            throw new MissingDependency(
                    "expected "
                            + basePython
                            + " to list the environments, it ended with status "
                            + status
                            + "; Python 3.11 or newer is needed, CFCQL_PYTHON names another");
        }
    }

    /**
     * Makes a virtual environment from its lock file; pip's complaints go to standard error.
     *
     * @throws MissingDependency if that fails
     */
    public void install(String venv) {
        List<String> command =
                List.of(
                        basePython,
                        home.resolve("tools").resolve("make_venv.py").toString(),
                        venvs.resolve(venv).toString(),
                        lock(venv).toString());
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            ended(process, Long.MAX_VALUE);
            int status = process.exitValue();
            if (status != 0) {
                throw new MissingDependency(
                        "expected to install "
                                + lock(venv)
                                + " into "
                                + venvs.resolve(venv)
                                + ", it ended with status "
                                + status
                                + "; see the lines above, then run it again");
            }
        } catch (IOException absent) {
            throw noPython(absent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EnvironmentFault("interrupted while installing " + venv, interrupted);
        }
    }

    /**
     * Starts a worker for another client than this harness. Its output goes to standard error.
     *
     * @param address the client's ROUTER, for example {@code tcp://127.0.0.1:5555}
     * @param token the client's token; without one the worker reads this process' standard input
     * @throws MissingDependency if the virtual environment is not installed
     */
    public ServedWorker serve(String venv, String address, Optional<String> token) {
        WorkerProgram command = worker(venv);
        ProcessBuilder builder = new ProcessBuilder(command.module("--connect", address));
        builder.environment().putAll(command.variables());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (token.isEmpty()) {
            builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
        }
        try {
            Process process = builder.start();
            if (token.isPresent()) {
                process.getOutputStream().write((token.get() + "\n").getBytes(US_ASCII));
                process.getOutputStream().flush();
            }
            return new ServedWorker(process);
        } catch (IOException failed) {
            throw new MissingDependency(
                    "expected a Python that starts at "
                            + command.python()
                            + ", found none ("
                            + failed.getMessage()
                            + "); run: "
                            + installCommand(venv),
                    failed);
        }
    }

    private MissingDependency noPython(IOException absent) {
        return new MissingDependency(
                "expected a Python as '"
                        + basePython
                        + "', found none ("
                        + absent.getMessage()
                        + "); install python3 or set CFCQL_PYTHON",
                absent);
    }

    /**
     * Lock file of a virtual environment: the checkout's, or one beside an environment of other
     * people.
     *
     * @throws UserError if both have one, for which there would be one folder
     */
    public Path lock(String venv) {
        String name = venv + ".txt";
        Path own = home.resolve("env-bridges").resolve("locks").resolve(name);
        Optional<Path> outside = plugins.file(name);
        if (outside.isPresent() && Files.exists(own)) {
            throw new UserError(
                    "expected lock files of different names, found "
                            + outside.get()
                            + ", which the checkout has too; rename it, or remove it to use the"
                            + " checkout's");
        }
        return outside.orElse(own);
    }

    private Path source() {
        return home.resolve("env-bridges").resolve("src");
    }

    private Path ready(String venv) {
        return venvs.resolve(venv).resolve(".ready");
    }
}
