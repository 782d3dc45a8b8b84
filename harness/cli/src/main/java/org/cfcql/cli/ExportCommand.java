package org.cfcql.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.error.UserError;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cfcql export}: writes the acting networks of a checkpoint as safetensors. */
@Command(
        name = "export",
        description = "Writes the policy of a checkpoint as a safetensors file.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "docs/exported-policies.md says what is in the file and how to act with it in Python.",
            "Example: cfcql export"
                + " runs/quickstart/cells/cfcql__mpe-simple_spread__simple_spread-random__s0__equal"
                + " --out cfcql.safetensors"
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "CHECKPOINT",
            description = "A cell's folder, its checkpoint, or an exported file.")
    private Path path;

    @Option(names = "--out", required = true, description = "File to write.")
    private Path out;

    @Option(names = "--force", description = "Replace a file that is there.")
    private boolean force;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        boolean replaceable = Files.isRegularFile(out, LinkOption.NOFOLLOW_LINKS);
        if (Files.exists(out, LinkOption.NOFOLLOW_LINKS) && !(force && replaceable)) {
            throw new UserError(
                    "expected --out to name a new file, found "
                            + (replaceable ? "" : "a folder, link or device at ")
                            + out
                            + "; name another"
                            + (replaceable ? " or add --force to replace it" : ""));
        }
        PolicyFile file = PolicyFile.open(path);
        LibTorchRuntime.initialise(1);
        Map<String, String> provenance = new TreeMap<>(fromCell());
        provenance.put("exportedBy", "cfcql " + Version.current());
        file.export(out, Wiring.algorithms(), provenance);
        spec.commandLine().getOut().println(out.toAbsolutePath().normalize());
        return 0;
    }

    /** What the cell's files say of the origin, where they are beside the checkpoint. */
    private Map<String, String> fromCell() {
        Map<String, String> texts = new TreeMap<>();
        Path folder = path.toAbsolutePath().normalize();
        for (Path candidate = folder; candidate != null; candidate = candidate.getParent()) {
            if (Files.isRegularFile(candidate.resolve("cell.json"))) {
                JsonNode cell = Storage.readJson(candidate.resolve("cell.json"), JsonNode.class);
                JsonNode provenance = cell.path("provenance");
                for (String key : new String[] {"gitCommit", "environmentFingerprint"}) {
                    texts.put(key, provenance.path(key).asText());
                }
                texts.put("datasetHash", cell.path("dataset").path("hash").asText());
                return texts;
            }
        }
        return texts;
    }
}
