package org.cfcql.env.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.error.EnvironmentFault;

/**
 * A Python process that steps an environment without a bridge, when it is told to: what the bridge
 * is compared with. Its standard error is shown.
 */
public final class StepsAlone implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Process process;
    private final BufferedReader answers;
    private final OutputTail errors;
    private final List<String> kinds = new ArrayList<>();

    /**
     * What some steps took.
     *
     * @param steps steps of single environments
     * @param wallNanos time that passed
     * @param cpuNanos time in which a processor worked for it
     */
    public record Timed(long steps, long wallNanos, long cpuNanos) {}

    StepsAlone(WorkerProgram command, EnvironmentRequest request) {
        List<String> line = new ArrayList<>();
        line.addAll(List.of(command.python().toString(), "-m", "cfcql_bridges.alone"));
        line.addAll(List.of(request.id(), Integer.toString(request.environments())));
        request.options().forEach((name, value) -> line.add(name + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(command.variables());
        try {
            process = builder.start();
        } catch (IOException refused) {
            throw new EnvironmentFault(
                    "expected to start " + command.python() + ", the machine said: " + refused,
                    refused);
        }
        errors = new OutputTail("alone", process.getErrorStream());
        answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        answer().get("kinds").forEach(kind -> kinds.add(kind.asText()));
    }

    /** Process id. */
    public long pid() {
        return process.pid();
    }

    /** What it can step: {@code rows}, and {@code library} where the family has one. */
    public List<String> kinds() {
        return List.copyOf(kinds);
    }

    /** Steps and says what that took. */
    public Timed play(String kind, long steps) {
        try {
            process.getOutputStream()
                    .write((kind + " " + steps + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            throw ended(gone);
        }
        JsonNode answer = answer();
        return new Timed(
                answer.get("steps").asLong(),
                answer.get("wall_ns").asLong(),
                answer.get("cpu_ns").asLong());
    }

    private JsonNode answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw ended(null);
            }
            return MAPPER.readTree(line);
        } catch (JsonProcessingException garbled) {
            close();
            throw new EnvironmentFault("expected a line of JSON of the bare environment", garbled);
        } catch (IOException gone) {
            throw ended(gone);
        }
    }

    private EnvironmentFault ended(IOException cause) {
        close();
        errors.awaitEnd(BridgeDefaults.KILL_MS);
        List<String> lines = errors.lines();
        String last = lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
        return new EnvironmentFault(
                "expected the bare environment to go on, it ended and said: "
                        + last
                        + "; run: cfcql env check",
                cause);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
