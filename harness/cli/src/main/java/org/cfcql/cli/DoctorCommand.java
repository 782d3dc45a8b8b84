package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cfcql.cli.DoctorChecks.Finding;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.MissingDependency;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cfcql doctor}: what works on this machine, and how to mend what does not. */
@Command(
        name = "doctor",
        description = "Checks what works on this machine and says how to mend what does not.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 0 if everything needed is there, 3 if something is missing.",
            "Example: cfcql doctor"
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "One JSON object on standard output.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        DoctorChecks checks = new DoctorChecks(Bridges.ofThisProcess());
        for (DoctorChecks.Check check : checks.all()) {
            Finding finding = check.run();
            findings.add(finding);
            if (!json) {
                print(finding);
            }
        }
        if (json) {
            printJson(findings);
        }
        boolean broken = findings.stream().anyMatch(f -> f.level() == DoctorChecks.Level.MISSING);
        return broken ? MissingDependency.EXIT_CODE : 0;
    }

    private void print(Finding finding) {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%-8s %-20s %s%n",
                        finding.level().name().toLowerCase(Locale.ROOT),
                        finding.subject(),
                        finding.text());
    }

    private void printJson(List<Finding> findings) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("subject", finding.subject());
            row.put("level", finding.level().name().toLowerCase(Locale.ROOT));
            row.put("text", finding.text());
            rows.add(row);
        }
        try {
            spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(rows));
        } catch (JsonProcessingException impossible) {
            throw new HarnessBug("strings cannot be written as JSON", impossible);
        }
    }
}
