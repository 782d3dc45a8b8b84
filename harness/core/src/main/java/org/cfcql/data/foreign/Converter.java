package org.cfcql.data.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.ForeignText;
import org.cfcql.error.MachineFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/**
 * The Python process that reads and writes other projects' layouts: one request as JSON on its
 * standard input, lines of JSON as answer, one line on standard error where it refuses.
 *
 * @param bridges where the virtual environments and the package's source are
 * @param silence how long it may work without a line of progress
 */
public record Converter(Bridges bridges, Duration silence) {
    /** Name of its virtual environment and lock file. */
    public static final String VENV = "data";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int WATCH_MS = 200;
    private static final int KEPT_CHARACTERS = 4000;
    private static final int SIGNALLED = 128;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A converter that may be silent for ten minutes. */
    public Converter(Bridges bridges) {
        this(bridges, PATIENCE);
    }

    /**
     * Does what a request asks.
     *
     * @return what the process says when it is done
     * @throws MissingDependency if its virtual environment is not installed
     * @throws UserError if the data cannot be converted
     * @throws MachineFault if the disk is full or the process died or stood still
     */
    JsonNode run(ObjectNode request) {
        if (!bridges.installed(VENV)) {
            throw new MissingDependency(
                    "expected the Python packages of %s in %s, found none; run: %s"
                            .formatted(
                                    bridges.lock(VENV).getFileName(),
                                    bridges.venvs().resolve(VENV),
                                    bridges.installCommand(VENV)));
        }
        Process process = start();
        try {
            process.getOutputStream()
                    .write((JSON.writeValueAsString(request) + "\n").getBytes(UTF_8));
            process.getOutputStream().close();
            return answer(process);
        } catch (IOException gone) {
            throw new MachineFault(
                    "expected the converter to take a request, found that it ended ("
                            + gone.getMessage()
                            + "); run the command again",
                    gone);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MachineFault("interrupted while converting; nothing was kept", interrupted);
        } finally {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private Process start() {
        Path python = bridges.python(VENV);
        ProcessBuilder builder =
                new ProcessBuilder(python.toString(), "-X", "utf8", "-m", "cfcql_data");
        builder.environment().putAll(bridges.worker(VENV).variables());
        try {
            return builder.start();
        } catch (IOException absent) {
            throw new MissingDependency(
                    "expected a Python that starts at %s, found none (%s); run: %s"
                            .formatted(python, absent.getMessage(), bridges.installCommand(VENV)),
                    absent);
        }
    }

    private JsonNode answer(Process process) throws IOException, InterruptedException {
        BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
        AtomicReference<String> words = new AtomicReference<>("");
        drain(
                "converter-answers",
                process.getInputStream(),
                line -> lines.add(Optional.of(line)),
                () -> lines.add(Optional.empty()));
        Thread errors = drain("converter-errors", process.getErrorStream(), words::set, () -> {});
        Optional<JsonNode> done = Optional.empty();
        long heardNanos = System.nanoTime();
        while (true) {
            OrderlyEnd.safePlace();
            Optional<String> line = lines.poll(WATCH_MS, TimeUnit.MILLISECONDS);
            if (line == null) {
                if (System.nanoTime() - heardNanos > silence.toNanos()) {
                    throw new MachineFault(
                            "expected the converter to get on within %d seconds, it did not; nothing"
                                            .formatted(silence.toSeconds())
                                    + " was kept, look at disk and memory and run the command"
                                    + " again");
                }
                continue;
            }
            if (line.isEmpty()) {
                process.waitFor();
                errors.join(silence.toMillis());
                return ended(process.exitValue(), words.get(), done);
            }
            heardNanos = System.nanoTime();
            done = done(line.get()).or(keep(done));
        }
    }

    private static Supplier<Optional<JsonNode>> keep(Optional<JsonNode> done) {
        return () -> done;
    }

    private static Optional<JsonNode> done(String line) {
        try {
            return Optional.ofNullable(JSON.readTree(line).get("done"));
        } catch (JsonProcessingException other) {
            return Optional.empty();
        }
    }

    private JsonNode ended(int status, String words, Optional<JsonNode> done) {
        if (status == 0 && done.isPresent()) {
            return done.get();
        }
        String last = ForeignText.oneLine(words);
        if (status == UserError.EXIT_CODE && last.contains("expected")) {
            throw new UserError(last);
        }
        if (status == MachineFault.EXIT_CODE) {
            throw new MachineFault(last + "; nothing was kept, free space or memory and retry");
        }
        String how = status > SIGNALLED ? "signal " + (status - SIGNALLED) : "status " + status;
        throw new MachineFault(
                "expected the converter to finish, it ended with %s (%s); nothing was kept"
                        .formatted(how, last.isEmpty() ? "without a word" : last));
    }

    private static Thread drain(
            String name, InputStream stream, Consumer<String> each, Runnable end) {
        Thread thread =
                new Thread(
                        () -> {
                            try (BufferedReader reader =
                                    new BufferedReader(new InputStreamReader(stream, UTF_8))) {
                                reader.lines()
                                        .filter(line -> !line.isBlank())
                                        .map(line -> line.substring(0, kept(line)))
                                        .forEach(each);
                            } catch (IOException | UncheckedIOException gone) {
                                // A process that was killed has no more to say.
                                return;
                            } finally {
                                end.run();
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static int kept(String line) {
        return line.startsWith("{") ? line.length() : Math.min(line.length(), KEPT_CHARACTERS);
    }
}
