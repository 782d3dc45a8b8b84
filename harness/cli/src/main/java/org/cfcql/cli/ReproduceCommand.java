package org.cfcql.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.cfcql.cli.executor.CellProcess;
import org.cfcql.cli.executor.LocalExecutor;
import org.cfcql.cli.executor.LocalExecutor.Failure;
import org.cfcql.cli.executor.PlainProgress;
import org.cfcql.data.CardFile;
import org.cfcql.data.DatasetCard;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.outcome.Continuations;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.FieldDiff;
import org.cfcql.run.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cfcql reproduce}: runs a finished cell again and says what differs. */
@Command(
        name = "reproduce",
        description = "Runs a finished cell again and prints, field by field, what differs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Data are taken by hash: from --data, else from where the cell had them, else they are",
            "made again by the command on a card below results/datasets that has the hash.",
            "Ends with 0 if result and evaluations are the same, else with 1.",
            "Example: cfcql reproduce results/runs/NAME/cells/CELL --out runs/again"
        })
final class ReproduceCommand implements Callable<Integer> {
    private static final Duration STALL = Duration.ofMinutes(30);
    private static final int STOPPED = 130;
    private static final List<String> COLLECT = List.of("cfcql", "data", "collect");

    @Parameters(paramLabel = "CELL_DIR", description = "Folder of a finished cell, kept or not.")
    private Path folder;

    @Option(names = "--data", paramLabel = "DIR", description = "The data, if they lie elsewhere.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Run folder.")
    private Path out;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path kept = folder.toAbsolutePath().normalize();
        CellOutcome before =
                CellOutcome.read(kept)
                        .orElseThrow(
                                () ->
                                        new UserError(
                                                "expected the folder of a finished cell, found no"
                                                        + " result.json in "
                                                        + folder
                                                        + "; give RUN/cells/ID"));
        RunFolder original = new RunFolder(kept.getParent().getParent());
        RunFolder run = new RunFolder(out.toAbsolutePath().normalize());
        String id = before.result().path("cell").asText();
        Path found = data(before.cell());
        try (HeldLock lock = run.lock().orElseThrow(() -> CellFolder.inUse(run.path()))) {
            Cell cell = prepare(original, run, id, found);
            Optional<Integer> refused = train(run, cell);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        return compare(before, CellOutcome.read(run.cell(id).path()).orElseThrow());
    }

    /** A plan of this cell alone, which its worker reads. */
    private static Cell prepare(RunFolder original, RunFolder run, String id, Path data)
            throws IOException {
        ObjectNode plan = (ObjectNode) JsonDocument.read(original.planFile());
        ArrayNode one = Storage.JSON.createArrayNode();
        for (JsonNode planned : plan.path("cells")) {
            if (planned.path("id").asText().equals(id)) {
                if (data != null) {
                    ((ObjectNode) planned).put("datasetPath", data.toString());
                }
                one.add(planned);
            }
        }
        plan.set("cells", one);
        Files.createDirectories(run.path());
        Files.writeString(run.experiment(), Files.readString(original.experiment()));
        Storage.writeJson(run.planFile(), plan);
        return run.plan().cell(id);
    }

    /** Where data of the cell's hash are; null for a cell that plays for itself. */
    private Path data(JsonNode described) throws IOException {
        String stored = described.at("/dataset/path").asText();
        String hash = described.at("/dataset/hash").asText();
        if (stored.isEmpty()) {
            return null;
        }
        Path place = (data == null ? Path.of(stored) : data).toAbsolutePath().normalize();
        if (!Files.exists(place.resolve(DatasetCard.FILE_NAME)) && data == null) {
            place = run(place, hash);
        }
        String found = CardFile.read(place).hash();
        if (!found.equals(hash)) {
            throw new UserError(
                    "expected the data of hash "
                            + hash
                            + " as the cell had them, found "
                            + found
                            + " in "
                            + place
                            + "; give the right ones with --data");
        }
        return place;
    }

    /** Makes data again as a card of that hash says. */
    private Path run(Path missing, String hash) throws IOException {
        DatasetCard card = card(hash);
        if (card == null || !card.made().command().subList(0, 3).equals(COLLECT)) {
            throw new UserError(
                    "expected the data of the cell at "
                            + missing
                            + " or a card of hash "
                            + hash
                            + " with the command that collects them, found neither; give them with"
                            + " --data");
        }
        List<String> words = new ArrayList<>(card.made().command());
        Path fresh = out.toAbsolutePath().normalize().resolve("data");
        words.set(words.indexOf("--out") + 1, fresh.toString());
        if (!Files.exists(fresh.resolve(DatasetCard.FILE_NAME))) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("made again: " + String.join(" ", words));
            err.flush();
            List<String> arguments = words.subList(1, words.size());
            int code = spec.root().commandLine().execute(arguments.toArray(String[]::new));
            if (code != 0) {
                throw new UserError(
                        "expected to make the data again, that command ended with "
                                + code
                                + "; see the lines above");
            }
        }
        return fresh;
    }

    private static DatasetCard card(String hash) throws IOException {
        Path cards = Home.locate().resolve("results/datasets");
        if (!Files.isDirectory(cards)) {
            return null;
        }
        try (Stream<Path> files = Files.walk(cards)) {
            for (Path file :
                    files.filter(path -> path.endsWith(DatasetCard.FILE_NAME)).sorted().toList()) {
                DatasetCard card = CardFile.read(file.getParent());
                if (card.hash().equals(hash)) {
                    return card;
                }
            }
        }
        return null;
    }

    /** The exit code where the cell did not finish. */
    private Optional<Integer> train(RunFolder run, Cell cell) {
        if (run.cell(cell.id()).done(cell)) {
            return Optional.empty();
        }
        PrintWriter err = spec.commandLine().getErr();
        LocalExecutor local =
                new LocalExecutor(
                        run,
                        1,
                        STALL,
                        new PlainProgress(err, 1, 1),
                        id -> CellProcess.command(run.path(), id));
        OrderlyEnd.instead(local::stop, LocalExecutor.PATIENCE);
        List<Failure> failures = local.execute(List.of(cell));
        if (local.stopping()) {
            return Optional.of(STOPPED);
        }
        failures.forEach(failure -> err.println("cfcql: " + failure.reason()));
        return failures.isEmpty() ? Optional.empty() : Optional.of(failures.get(0).status());
    }

    private int compare(CellOutcome before, CellOutcome now) {
        PrintWriter printer = spec.commandLine().getOut();
        List<String> places = differences(place(before.cell()), place(now.cell()));
        printer.println(
                places.isEmpty() ? "same     machine and build" : "another  machine or build:");
        places.forEach(line -> printer.println("    " + line));
        Continuations.of(before.result())
                .forEach(move -> printer.println("kept     was continued elsewhere: " + move));
        List<String> results = differences(numbers(before.result()), numbers(now.result()));
        printer.println(results.isEmpty() ? "same     result" : "DIFFERS  result:");
        results.forEach(line -> printer.println("    " + line));
        Map<String, List<Double>> mine = scores(before);
        List<String> evaluations = FieldDiff.of(means(mine), means(scores(now)));
        boolean episodes = mine.get("final").equals(scores(now).get("final"));
        printer.println(
                (evaluations.isEmpty() && episodes ? "same     " : "DIFFERS  ")
                        + mine.size()
                        + " evaluations, "
                        + mine.get("final").size()
                        + " final episodes"
                        + (evaluations.isEmpty() ? "" : ", first at " + evaluations.get(0)));
        return results.isEmpty() && evaluations.isEmpty() && episodes ? 0 : 1;
    }

    /** Provenance without the moment. */
    private static JsonNode place(JsonNode described) {
        ObjectNode place = described.path("provenance").deepCopy();
        place.remove(List.of("startedAt", "environmentIngredients"));
        return place;
    }

    /** A result without the places that it was made in. */
    private static JsonNode numbers(JsonNode result) {
        ObjectNode numbers = result.deepCopy();
        numbers.remove(Continuations.FIELD);
        return numbers;
    }

    private static List<String> differences(JsonNode before, JsonNode now) {
        return FieldDiff.of(map(before), map(now));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(JsonNode object) {
        return Storage.JSON.convertValue(object, Map.class);
    }

    /** Scores by evaluation; a kept run has one mean of each but the last. */
    private static Map<String, List<Double>> scores(CellOutcome outcome) {
        Map<String, List<Double>> scores = new LinkedHashMap<>();
        outcome.evaluations()
                .forEach(
                        line ->
                                scores.computeIfAbsent(
                                                line.path("evaluation").asText(),
                                                key -> new ArrayList<>())
                                        .add(line.path("score").asDouble()));
        return scores;
    }

    private static Map<String, Double> means(Map<String, List<Double>> scores) {
        Map<String, Double> means = new LinkedHashMap<>();
        scores.forEach(
                (evaluation, all) -> {
                    double sum = 0;
                    for (double score : all) {
                        sum += score;
                    }
                    means.put("evaluation " + evaluation, sum / all.size());
                });
        return means;
    }
}
