package org.cfcql.run.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.budget.Role;
import org.cfcql.error.UserError;
import org.cfcql.random.RandomStream;
import org.cfcql.run.storage.FileMark;
import org.cfcql.run.storage.Sha256;

/**
 * What {@code checkpoint/state.json} holds: everything to continue from beside the tensors. It
 * names no clock, host or process, so equal runs write equal bytes on machines of one kind.
 *
 * @param schema version of this form
 * @param cell id of the cell
 * @param algorithm algorithm id
 * @param datasetHash hash of the data trained on
 * @param environmentFingerprint fingerprint of the environment evaluated in
 * @param conditions what else decides its numbers, by name; absent before schema 3
 * @param places where it was trained; absent before schema 4
 * @param position how far the run is
 * @param spent units charged per role
 * @param streams states of random streams by name: {@code sampler}, {@code noise/NAME}
 * @param optimisers step counts and learning rates by optimiser
 * @param files lengths and hashes of the append-only files
 * @param tensorsSha256 hash of {@code tensors.safetensors}
 * @param sha256 hash of everything above; empty before {@link #sealed} and in schema 1
 */
public record CheckpointState(
        int schema,
        String cell,
        String algorithm,
        String datasetHash,
        String environmentFingerprint,
        @JsonInclude(JsonInclude.Include.NON_NULL) SortedMap<String, String> conditions,
        @JsonInclude(JsonInclude.Include.NON_NULL) CellPlaces places,
        Position position,
        Map<Role, Long> spent,
        SortedMap<String, Stream> streams,
        SortedMap<String, OptimiserState> optimisers,
        SortedMap<String, FileMark> files,
        String tensorsSha256,
        String sha256) {

    /** The form that this version of the harness writes. */
    public static final int SCHEMA = 4;

    /** The last form without hashes of the state and of the append-only files. */
    private static final int WITHOUT_HASHES = 1;

    /** The last form that does not say under which conditions it was trained. */
    private static final int WITHOUT_CONDITIONS = 2;

    /** The last form that does not say where it was trained. */
    private static final int WITHOUT_PLACES = 3;

    private static final ObjectMapper COMPACT = new ObjectMapper();

    /** Copies the maps. */
    public CheckpointState {
        sha256 = sha256 == null ? "" : sha256;
        conditions =
                conditions == null
                        ? null
                        : Collections.unmodifiableSortedMap(new TreeMap<>(conditions));
        spent = Collections.unmodifiableMap(new TreeMap<>(spent));
        streams = Collections.unmodifiableSortedMap(new TreeMap<>(streams));
        optimisers = Collections.unmodifiableSortedMap(new TreeMap<>(optimisers));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** The same state with its hash. */
    public CheckpointState sealed() {
        return with(hash());
    }

    private CheckpointState with(String hash) {
        return new CheckpointState(
                schema,
                cell,
                algorithm,
                datasetHash,
                environmentFingerprint,
                conditions,
                places,
                position,
                spent,
                streams,
                optimisers,
                files,
                tensorsSha256,
                hash);
    }

    private String hash() {
        try {
            return Sha256.of(COMPACT.writeValueAsBytes(with("")));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The state of a random stream.
     *
     * @throws UserError if there is none of that name
     */
    public Stream stream(String name) {
        Stream stream = streams.get(name);
        if (stream == null) {
            throw new UserError(
                    "expected the random stream '"
                            + name
                            + "' in the checkpoint of "
                            + cell
                            + ", found "
                            + streams.keySet()
                            + "; it is damaged, delete the cell's folder to start it anew");
        }
        return stream;
    }

    /**
     * Where a training from this state on takes place. A form that says no place was written by
     * another build.
     *
     * @param here machine, build and kernels that it is continued with
     */
    public CellPlaces continuedIn(SortedMap<String, String> here) {
        SortedMap<String, String> before = new TreeMap<>(here);
        SortedMap<String, String> now = new TreeMap<>(here);
        if (places == null) {
            before.put("checkpointSchema", String.valueOf(schema));
            now.put("checkpointSchema", String.valueOf(SCHEMA));
        }
        CellPlaces known = places == null ? new CellPlaces(before, List.of()) : places;
        CellPlaces moved =
                known.continuedIn(
                        now, position.pretraining(), position.pretrained(), position.round());
        return new CellPlaces(here, moved.continuations());
    }

    /** What is wrong with a state that was read; empty if it can be continued from. */
    Optional<String> problem() {
        boolean incomplete =
                cell == null
                        || algorithm == null
                        || datasetHash == null
                        || environmentFingerprint == null
                        || position == null
                        || (conditions == null) != (schema <= WITHOUT_CONDITIONS)
                        || (places == null) != (schema <= WITHOUT_PLACES)
                        || tensorsSha256 == null
                        || List.of(spent, streams, optimisers, files).stream()
                                .map(Map::values)
                                .flatMap(Collection::stream)
                                .anyMatch(Objects::isNull);
        if (schema < WITHOUT_HASHES || incomplete) {
            return Optional.of("one in which something is missing");
        }
        // A first version with hashes is a later one whose number somebody changed.
        boolean hashed =
                !sha256.isEmpty()
                        || files.values().stream().anyMatch(mark -> !mark.sha256().isEmpty());
        if ((schema > WITHOUT_HASHES || hashed) && !hash().equals(sha256)) {
            return Optional.of("one whose hash is another than it says");
        }
        boolean negative =
                spent.values().stream().anyMatch(units -> units < 0)
                        || files.values().stream().anyMatch(mark -> mark.bytes() < 0);
        if (negative || !position.possible()) {
            return Optional.of("negative counts");
        }
        if (files.keySet().stream().anyMatch(name -> name.isEmpty() || name.contains("/"))) {
            return Optional.of("files of other folders");
        }
        return streams.values().stream().allMatch(Stream::readable)
                ? Optional.empty()
                : Optional.of("a random stream that is no number");
    }

    /**
     * How far a run is.
     *
     * @param pretraining model in training before round 0, by its place in the algorithm's list;
     *     the length of the list once all are trained
     * @param pretrained updates of that model so far
     * @param round next round
     * @param evaluations evaluations done
     */
    public record Position(int pretraining, long pretrained, int round, int evaluations) {
        /** The beginning. */
        public static final Position START = new Position(0, 0, 0, 0);

        private boolean possible() {
            return pretraining >= 0 && pretrained >= 0 && round >= 0 && evaluations >= 0;
        }
    }

    /**
     * A random stream; text, because readers in other languages round large numbers.
     *
     * @param key seed of the stream
     * @param position words drawn
     */
    public record Stream(String key, String position) {
        /** A state as the file has it. */
        public static Stream of(RandomStream.State state) {
            return new Stream(Long.toString(state.key()), Long.toString(state.position()));
        }

        private boolean readable() {
            try {
                return toState() != null;
            } catch (NumberFormatException noNumber) {
                return false;
            }
        }

        /** The state that the file means. */
        public RandomStream.State toState() {
            return new RandomStream.State(Long.parseLong(key), Long.parseLong(position));
        }
    }

    /**
     * What an optimiser counts.
     *
     * @param steps steps taken by each parameter
     * @param learningRate learning rate in force
     */
    public record OptimiserState(List<Long> steps, double learningRate) {}
}
