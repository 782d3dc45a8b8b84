package org.cfcql.run;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.budget.Role;
import org.cfcql.random.RandomStream;

/**
 * What {@code checkpoint/state.json} holds: everything to continue from beside the tensors. It
 * names no clock, host or process, so equal runs write equal bytes.
 *
 * @param schema version of this form
 * @param cell id of the cell
 * @param algorithm algorithm id
 * @param datasetHash hash of the data trained on
 * @param environmentFingerprint fingerprint of the environment evaluated in
 * @param position how far the run is
 * @param spent units charged per role
 * @param streams states of random streams by name: {@code sampler}, {@code noise/NAME}
 * @param optimisers step counts and learning rates by optimiser
 * @param files lengths of the append-only files in bytes
 * @param tensorsSha256 hash of {@code tensors.safetensors}
 */
record CheckpointState(
        int schema,
        String cell,
        String algorithm,
        String datasetHash,
        String environmentFingerprint,
        Position position,
        Map<Role, Long> spent,
        SortedMap<String, Stream> streams,
        SortedMap<String, OptimiserState> optimisers,
        SortedMap<String, Long> files,
        String tensorsSha256) {

    /** The form that this version of the harness writes. */
    static final int SCHEMA = 1;

    /** Copies the maps. */
    CheckpointState {
        spent = Collections.unmodifiableMap(new TreeMap<>(spent));
        streams = Collections.unmodifiableSortedMap(new TreeMap<>(streams));
        optimisers = Collections.unmodifiableSortedMap(new TreeMap<>(optimisers));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
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
    record Position(int pretraining, long pretrained, int round, int evaluations) {
        /** The beginning. */
        static final Position START = new Position(0, 0, 0, 0);
    }

    /**
     * A random stream; text, because readers in other languages round large numbers.
     *
     * @param key seed of the stream
     * @param position words drawn
     */
    record Stream(String key, String position) {
        static Stream of(RandomStream.State state) {
            return new Stream(Long.toString(state.key()), Long.toString(state.position()));
        }

        RandomStream.State toState() {
            return new RandomStream.State(Long.parseLong(key), Long.parseLong(position));
        }
    }

    /**
     * What an optimiser counts.
     *
     * @param steps steps taken by each parameter
     * @param learningRate learning rate in force
     */
    record OptimiserState(List<Long> steps, double learningRate) {}
}
