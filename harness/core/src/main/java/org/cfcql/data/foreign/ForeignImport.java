package org.cfcql.data.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.cfcql.data.CardFile;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.PartialFolder;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.data.check.Problem;
import org.cfcql.error.UserError;

/**
 * An import, and what the source does not tell.
 *
 * @param source file or folder
 * @param layout how it is laid out; else told by its files
 * @param environment environment id; else told by the source
 * @param kind kind of data; else told by the source
 * @param episodeLimit steps of an episode; else those of the task, or told by the source
 * @param flagsAtLimit what done flags at the limit mean: {@code time-limit}, {@code end} or {@code
 *     go-on}; else the layout's own rule
 * @param finalSlot whether the last filled slot of padded episodes holds a final observation; else
 *     told by where the flags stand
 * @param draw which of the draws in a vault
 */
public record ForeignImport(
        Path source,
        Optional<ForeignLayout> layout,
        Optional<String> environment,
        Optional<String> kind,
        Optional<Integer> episodeLimit,
        Optional<String> flagsAtLimit,
        Optional<Boolean> finalSlot,
        Optional<Integer> draw) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What was imported.
     *
     * @param card card of the data set
     * @param said what its user should know of it, a sentence each
     * @param draws how many data sets the source holds
     */
    public record Imported(DatasetCard card, List<String> said, int draws) {
        /** Copies the list. */
        public Imported {
            said = List.copyOf(said);
        }
    }

    /** An import of a source that tells everything. */
    public static ForeignImport of(Path source) {
        return new ForeignImport(
                source,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Writes the data set and verifies it.
     *
     * @param target folder that must not exist or be empty
     * @param command the command line, for the card
     * @param harnessVersion version of the harness, for the card
     * @param check whether the card may stand; throws {@link UserError} if not
     * @throws UserError if the source cannot be read, or the data set is not sound
     * @throws org.cfcql.error.MachineFault if the disk is full
     */
    public Imported importTo(
            Path target,
            List<String> command,
            String harnessVersion,
            Converter converter,
            Consumer<DatasetCard> check) {
        try (PartialFolder folder = PartialFolder.create(target)) {
            ObjectNode request = request(folder.path(), command, harnessVersion);
            JsonNode done = converter.run(request);
            List<String> said = new ArrayList<>();
            done.path("said").forEach(line -> said.add(line.asText()));
            DatasetCard card = CardFile.read(folder.path());
            check.accept(card);
            said.addAll(verified(folder.path()));
            folder.publish();
            return new Imported(card, said, done.path("draws").asInt(1));
        } catch (IOException e) {
            throw PartialFolder.failure(target, e);
        }
    }

    /** The same import of another draw. */
    public ForeignImport ofDraw(int number) {
        return new ForeignImport(
                source,
                layout,
                environment,
                kind,
                episodeLimit,
                flagsAtLimit,
                finalSlot,
                Optional.of(number));
    }

    private ObjectNode request(Path target, List<String> command, String harnessVersion) {
        ObjectNode request = JSON.createObjectNode();
        request.put("do", "import");
        request.put("source", source.toString());
        request.put("target", target.toString());
        layout.ifPresent(value -> request.put("format", value.toString()));
        environment.ifPresent(value -> request.put("environment", value));
        kind.ifPresent(value -> request.put("kind", value));
        episodeLimit.ifPresent(value -> request.put("episodeLimit", value));
        flagsAtLimit.ifPresent(value -> request.put("flagsAtLimit", value));
        finalSlot.ifPresent(value -> request.put("finalSlot", value));
        draw.ifPresent(value -> request.put("draw", value));
        command.forEach(request.putArray("command")::add);
        request.put("version", harnessVersion);
        return request;
    }

    /** Repeated episodes may be the task's; anything else that is wrong is refused. */
    private List<String> verified(Path folder) {
        List<String> said = new ArrayList<>();
        for (Problem problem : DatasetVerifier.verify(folder, false)) {
            if (!problem.isRepetition()) {
                throw new UserError(
                        "%s: expected data that verify, found %s; nothing was imported"
                                .formatted(source, problem));
            }
            said.add(problem.toString());
        }
        return said;
    }
}
