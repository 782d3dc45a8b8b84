package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.SupervisedEnvironment;
import org.cfcql.env.trace.TraceFile;
import org.cfcql.env.trace.TraceReplay;
import org.cfcql.env.trace.TraceResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Whether recorded battles come out the same today. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Replays recorded battles through the bridge and compares every field.",
            "Exact where jax and the processor are those of the recording, else within the looser",
            "rule of docs/golden-files.md. Exit 0 only if all fields of all files agree."
        },
        footer = {"", "Example: cfcql env trace golden/env/*.npz"})
final class EnvTraceCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE.npz", description = "Recorded rows of one map.")
    private List<Path> paths;

    @Option(names = "--json", description = "Print one JSON line per file only.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        List<TraceFile> files = paths.stream().map(TraceFile::read).toList();
        BridgeProvider provider = new BridgeProvider(Bridges.at(Home.locate()));
        Map<String, TraceResult> results = new TreeMap<>();
        // One worker per map: starting one means compiling the game.
        for (String id : files.stream().map(TraceFile::environment).distinct().toList()) {
            TreeMap<String, String> options = new TreeMap<>(Map.of("raw_state", "true"));
            EnvironmentRequest request = new EnvironmentRequest(id, options, 1);
            try (SupervisedEnvironment environment = provider.open(request)) {
                TraceReplay replay = new TraceReplay(environment, environment::rawArrays);
                for (TraceFile file : files) {
                    if (file.environment().equals(id)) {
                        results.put(file.path().toString(), replay.replay(file));
                    }
                }
            }
        }
        for (Path path : paths) {
            TraceResult result = results.get(path.toString());
            if (json) {
                printJson(result);
            } else {
                print(result);
            }
        }
        boolean passed = results.values().stream().allMatch(TraceResult::passed);
        if (!json) {
            long agreeing = results.values().stream().filter(TraceResult::passed).count();
            spec.commandLine()
                    .getOut()
                    .println(agreeing + " of " + results.size() + " files agree");
        }
        return passed ? 0 : 1;
    }

    private void print(TraceResult result) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s  %s: %s, %d rows, %s rule%n",
                result.passed() ? "ok  " : "FAIL",
                result.file(),
                result.environment(),
                result.rows(),
                result.exact() ? "exact" : "looser");
        for (TraceResult.Difference field : result.fields()) {
            out.printf(
                    Locale.ROOT,
                    "        %-13s largest difference %s",
                    field.field(),
                    field.largest());
            if (!field.agrees()) {
                out.printf(Locale.ROOT, ", allowed %s, in row %d", field.tolerance(), field.row());
            }
            out.println();
        }
        result.problem().ifPresent(problem -> out.println("        " + problem));
    }

    private void printJson(TraceResult result) throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("file", result.file().toString());
        root.put("environment", result.environment());
        root.put("rows", result.rows());
        root.put("rule", result.exact() ? "exact" : "looser");
        root.put("passed", result.passed());
        ObjectNode fields = root.putObject("fields");
        for (TraceResult.Difference field : result.fields()) {
            ObjectNode node = fields.putObject(field.field());
            if (Double.isFinite(field.largest())) {
                node.put("largest", field.largest());
            } else {
                node.putNull("largest");
            }
            node.put("tolerance", field.tolerance());
            node.put("row", field.row());
        }
        result.problem().ifPresent(problem -> root.put("problem", problem));
        spec.commandLine().getOut().println(mapper.writeValueAsString(root));
    }
}
