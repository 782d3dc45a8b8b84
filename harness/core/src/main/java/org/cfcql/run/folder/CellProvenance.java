package org.cfcql.run.folder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Settings;
import org.cfcql.nativecode.RuntimeReport;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.Words;
import org.cfcql.run.plan.Cell;

/**
 * Where and with what a cell was run, and the content of {@code cell.json}.
 *
 * @param harnessVersion version of the harness
 * @param home repository root; commands of Git are asked there
 * @param runtime what LibTorch was set up as
 */
public record CellProvenance(String harnessVersion, Path home, RuntimeReport runtime) {
    private static final int SCHEMA = 1;
    private static final String PACKAGE = "package.";
    private static final int GIT_TIMEOUT_SECONDS = 5;

    /**
     * The content of {@code cell.json}.
     *
     * @param place of {@link #place}
     */
    public Map<String, Object> describe(
            Cell cell,
            DatasetFacts facts,
            Settings settings,
            BudgetLedger ledger,
            EnvironmentSpec environment,
            Map<String, Object> place) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("schema", SCHEMA);
        map.put("id", cell.id());
        map.put("algorithm", cell.algorithm());
        map.put("variant", cell.variant());
        map.put("branch", Words.of(cell.branch()));
        map.put("environment", cell.environment());
        map.put("dataset", dataset(cell, facts));
        map.put("seed", cell.seed());
        map.put("track", Words.of(cell.track()));
        map.put("scale", cell.length().scale());
        map.put("kernels", Words.of(cell.compute().kernels()));
        map.put("settings", CellResult.settingsInForce(cell, settings));
        Map<String, Object> budget = new LinkedHashMap<>();
        budget.put("rounds", cell.length().rounds());
        budget.put("batch", cell.length().batch());
        budget.put("granted", LedgerJson.of(ledger).get("granted"));
        map.put("budget", budget);
        map.put("evaluation", StoredCell.StoredProtocol.of(cell.evaluation()));
        map.put("provenance", provenance(cell, environment, place));
        return map;
    }

    private static Map<String, Object> dataset(Cell cell, DatasetFacts facts) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("path", cell.material().path());
        map.put("name", cell.material().name());
        map.put("kind", facts.task().datasetKind());
        map.put("hash", facts.hash());
        map.put("fingerprint", facts.fingerprint());
        map.put("episodes", facts.episodes());
        map.put("transitions", facts.transitions());
        map.put("meanReturn", facts.meanReturn());
        map.put("stdReturn", facts.stdReturn());
        facts.policyScore().ifPresent(score -> map.put("policyScore", score));
        return map;
    }

    /**
     * Machine, build and kernels of this process, in the order of {@code cell.json}. What a cell is
     * asked to compute with is no part of it: a checkpoint of other conditions is refused.
     */
    public Map<String, Object> place() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("gitCommit", git("rev-parse", "HEAD"));
        map.put("gitDirty", !git("status", "--porcelain").isEmpty());
        map.put("harnessVersion", harnessVersion);
        List<Map<String, String>> jars = new ArrayList<>();
        Algorithms.jars()
                .forEach(jar -> jars.add(Map.of("jar", jar.name(), "sha256", jar.sha256())));
        map.put("plugins", jars);
        map.put("java", System.getProperty("java.runtime.version"));
        map.put("libtorch", runtime.libTorchVersion());
        map.put("nativeKernels", runtime.kernels());
        map.put("openBlasCore", runtime.openBlasCore());
        map.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        map.put("cpu", processor());
        map.put("cpuCapability", runtime.cpuCapability());
        map.put("cores", Runtime.getRuntime().availableProcessors());
        map.put("computeThreads", runtime.computeThreads());
        return map;
    }

    private static Map<String, Object> provenance(
            Cell cell, EnvironmentSpec environment, Map<String, Object> place) {
        Map<String, Object> map = new LinkedHashMap<>(place);
        map.put("device", cell.compute().device().toString());
        map.put("precision", Words.of(cell.compute().precision()));
        map.put("environmentFingerprint", environment.fingerprint());
        map.put("environmentIngredients", new TreeMap<>(environment.ingredients()));
        map.put("python", packages(environment.ingredients()));
        map.put("startedAt", Instant.now().toString());
        return map;
    }

    /** Versions among the ingredients of the fingerprint. */
    private static Map<String, String> packages(Map<String, String> ingredients) {
        Map<String, String> versions = new TreeMap<>();
        ingredients.forEach(
                (name, value) -> {
                    if (name.startsWith(PACKAGE)) {
                        versions.put(name.substring(PACKAGE.length()), value);
                    }
                });
        return versions;
    }

    /** What a Git command prints; empty where there is no Git or no repository. */
    private String git(String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder("git", "-C", home.toString());
            builder.command().addAll(List.of(arguments));
            Process process = builder.redirectErrorStream(false).start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(GIT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? text.strip() : "";
        } catch (IOException noGit) {
            return "";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException notLinux) {
            return System.getProperty("os.arch");
        }
    }
}
