package org.cfcql.cli;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.cfcql.data.foreign.Converter;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.env.bridge.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the Python virtual environment of a family. */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the Python virtual environment of a family, or that of data import and"
                    + " export, from its lock file with hashes.",
            "They lie in the folder .venvs of the checkout, or where CFCQL_VENVS says."
        },
        footer = {"", "Example: cfcql env install mpe"})
final class EnvInstallCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FAMILY",
            description =
                    "Family such as mpe, lock file such as numpy, or data for cfcql data import and"
                            + " export.")
    private List<String> families;

    @Option(names = "--force", description = "Make it again even if it is up to date.")
    private boolean force;

    @Override
    public Integer call() {
        Bridges bridges = Bridges.at(Home.locate());
        Catalogue catalogue = bridges.catalogue();
        Set<String> venvs = new LinkedHashSet<>();
        for (String family : families) {
            venvs.add(family.equals(Converter.VENV) ? family : catalogue.venv(family));
        }
        PrintWriter out = spec.commandLine().getOut();
        for (String venv : venvs) {
            if (!force && bridges.upToDate(venv)) {
                out.println(venv + ": up to date in " + bridges.venvs().resolve(venv));
            } else {
                bridges.install(venv);
                out.println(venv + ": installed in " + bridges.venvs().resolve(venv));
            }
        }
        return 0;
    }
}
