package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which environments there are and whether they can run here. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the environments, their families, and whether they are installed.",
        footer = {"", "Example: cfcql env list --json"})
final class EnvListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON only.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        Bridges bridges = Bridges.at(Home.locate());
        Catalogue catalogue = bridges.catalogue();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        for (Catalogue.Problem problem : catalogue.problems()) {
            err.println("cfcql: " + problem.path() + ": " + problem.reason());
        }
        err.flush();
        if (json) {
            ObjectMapper mapper = new ObjectMapper();
            ArrayNode list = mapper.createArrayNode();
            for (Catalogue.Family family : catalogue.families()) {
                family.entries().forEach(entry -> add(list.addObject(), family, entry, bridges));
            }
            out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list));
            return 0;
        }
        for (Catalogue.Family family : catalogue.families()) {
            boolean installed = bridges.installed(family.venv());
            out.printf(
                    Locale.ROOT,
                    "%s: %s [%s]%n",
                    family.name(),
                    family.summary(),
                    installed
                            ? "installed"
                            : "not installed; run: " + bridges.installCommand(family.venv()));
            for (Catalogue.Entry entry : family.entries()) {
                out.printf(Locale.ROOT, "  %-26s %s%n", entry.id(), entry.summary());
                entry.parameter()
                        .ifPresent(
                                number ->
                                        out.printf(
                                                Locale.ROOT,
                                                "  %-26s   %s: %s, %d to %d%n",
                                                "",
                                                number.name(),
                                                number.meaning(),
                                                number.low(),
                                                number.high()));
                for (Catalogue.Option option : entry.options()) {
                    out.printf(
                            Locale.ROOT,
                            "  %-26s   --option %s=%s: %s%n",
                            "",
                            option.name(),
                            option.defaultValue(),
                            option.meaning());
                }
            }
        }
        return 0;
    }

    private static void add(
            ObjectNode node, Catalogue.Family family, Catalogue.Entry entry, Bridges bridges) {
        node.put("id", entry.id());
        node.put("family", family.name());
        node.put("venv", family.venv());
        node.put("installed", bridges.installed(family.venv()));
        node.put("summary", entry.summary());
        entry.parameter()
                .ifPresent(
                        number ->
                                node.putObject("parameter")
                                        .put("name", number.name())
                                        .put("low", number.low())
                                        .put("high", number.high())
                                        .put("meaning", number.meaning()));
        ArrayNode aliases = node.putArray("aliases");
        entry.aliases().forEach(aliases::add);
        ArrayNode options = node.putArray("options");
        for (Catalogue.Option option : entry.options()) {
            options.addObject()
                    .put("name", option.name())
                    .put("type", option.type())
                    .put("default", option.defaultValue())
                    .put("meaning", option.meaning());
        }
    }
}
