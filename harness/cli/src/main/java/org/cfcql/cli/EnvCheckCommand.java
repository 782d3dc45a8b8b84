package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.env.Conformance;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.SupervisedEnvironment;
import org.cfcql.error.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Whether an environment keeps its promises. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Starts an environment, prints what it is, and checks that it keeps its promises.",
            "Exit 0 if all hold, 1 if one does not."
        },
        footer = {"", "Example: cfcql env check mpe/simple_tag --option prey=prey/tag.pt"})
final class EnvCheckCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ENV", description = "Environment id; cfcql env list shows them.")
    private String id;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Option of the environment; may be repeated.")
    private TreeMap<String, String> options = new TreeMap<>();

    @Option(
            names = "--envs",
            defaultValue = "8",
            description = "Environments at once (default: ${DEFAULT-VALUE}).")
    private int environments;

    @Option(names = "--json", description = "Print JSON only.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        if (environments < 1) {
            throw new UserError(
                    "expected --envs to be at least 1, found " + environments + "; raise it");
        }
        BridgeProvider provider = new BridgeProvider(Bridges.at(Home.locate()));
        org.cfcql.env.wire.Spec told;
        try (SupervisedEnvironment environment = provider.open(request(1))) {
            told = environment.fullSpec();
        }
        Conformance conformance =
                Conformance.check(rows -> provider.open(request(rows)), environments);
        if (json) {
            printJson(told, conformance);
        } else {
            print(told, conformance);
        }
        return conformance.passed() ? 0 : 1;
    }

    private EnvironmentRequest request(int rows) {
        return new EnvironmentRequest(id, options, rows);
    }

    private void print(org.cfcql.env.wire.Spec told, Conformance conformance) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(told.label());
        out.println("  agents        " + String.join(", ", told.environment().agents()));
        out.println("  observations  " + told.environment().observationSize() + " each");
        out.println("  state         " + told.environment().stateSize());
        out.println("  actions       " + told.environment().actionSpace());
        out.println("  limit         " + told.environment().episodeLimit() + " steps");
        out.println("  fingerprint   " + told.environment().fingerprint());
        told.environment()
                .ingredients()
                .forEach((name, value) -> out.println("    " + name + "=" + value));
        for (Conformance.Check check : conformance.checks()) {
            String verdict = check.passed() ? "ok  " : "FAIL";
            out.println(verdict + "  " + check.name() + ": " + check.detail());
        }
    }

    private void printJson(org.cfcql.env.wire.Spec told, Conformance conformance)
            throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("id", told.environment().id());
        root.put("label", told.label());
        root.put("fingerprint", told.environment().fingerprint());
        root.put("task_fingerprint", told.taskFingerprint());
        root.set("ingredients", mapper.valueToTree(told.environment().ingredients()));
        root.put("ok", conformance.passed());
        ArrayNode checks = root.putArray("checks");
        for (Conformance.Check check : conformance.checks()) {
            checks.addObject()
                    .put("name", check.name())
                    .put("ok", check.passed())
                    .put("detail", check.detail());
        }
        spec.commandLine()
                .getOut()
                .println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root));
    }
}
