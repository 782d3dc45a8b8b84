package org.cfcql.run.folder;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cfcql.budget.Scale;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Track;
import org.cfcql.run.experiment.ConfigSection;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;
import org.cfcql.run.experiment.Replay;
import org.cfcql.run.experiment.Words;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Cell.EvaluationProtocol;
import org.cfcql.run.storage.Storage;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;

/**
 * A cell as {@code plan.json} has it: one flat object, its words as an experiment writes them, 0
 * for all episodes of the data. The names and their order are those of every plan so far.
 */
record StoredCell(
        String id,
        String algorithm,
        String variant,
        SortedMap<String, Object> settings,
        EnvironmentChoice environment,
        Branch branch,
        String datasetPath,
        String datasetName,
        long seed,
        Track track,
        int rounds,
        int batch,
        int criticPerActor,
        StoredProtocol evaluation,
        String replay,
        String device,
        Precision precision,
        int dataEpisodes,
        String kernels,
        Scale scale) {

    /** Copies the settings; plans of earlier versions say nothing of kernels and scale. */
    StoredCell {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        kernels = kernels == null ? Words.of(Kernels.ON) : kernels;
        scale = scale == null ? Scale.FULL : scale;
    }

    /** A protocol of evaluation in words. */
    record StoredProtocol(int every, int episodes, int finalEpisodes, String startStates) {
        static StoredProtocol of(EvaluationProtocol protocol) {
            return new StoredProtocol(
                    protocol.every(),
                    protocol.episodes(),
                    protocol.finalEpisodes(),
                    Words.of(protocol.startStates()));
        }
    }

    static StoredCell of(Cell cell) {
        return new StoredCell(
                cell.id(),
                cell.algorithm(),
                cell.variant(),
                cell.settings(),
                cell.environment(),
                cell.branch(),
                cell.material().path(),
                cell.material().name(),
                cell.seed(),
                cell.track(),
                cell.length().rounds(),
                cell.length().batch(),
                cell.length().criticPerActor(),
                StoredProtocol.of(cell.evaluation()),
                Words.of(cell.material().replay()),
                cell.compute().device().toString(),
                cell.compute().precision(),
                cell.material().episodes().orElse(0),
                Words.of(cell.compute().kernels()),
                cell.length().scale());
    }

    /** The fields by name. */
    Map<String, Object> fields() {
        return ConfigSection.mapping(Storage.JSON.convertValue(this, Map.class));
    }

    /** What is wrong with a cell that was read; empty if it can be run. */
    Optional<String> problem() {
        if (!complete()) {
            return Optional.of("a cell in which something is missing: " + id);
        }
        boolean known =
                Words.read(Replay.class, replay).isPresent()
                        && Words.read(Kernels.class, kernels).isPresent()
                        && Words.read(StartStates.class, evaluation.startStates()).isPresent();
        if (!known) {
            return Optional.of("a word that no plan has in " + id);
        }
        return possible() ? Optional.empty() : Optional.of("lengths below one in " + id);
    }

    private boolean complete() {
        return Stream.of(
                                algorithm,
                                variant,
                                environment,
                                branch,
                                datasetPath,
                                datasetName,
                                track,
                                evaluation,
                                replay,
                                device,
                                precision)
                        .allMatch(Objects::nonNull)
                && environment.id() != null
                && environment.options() != null
                && evaluation.startStates() != null;
    }

    private boolean possible() {
        boolean evaluated = evaluation.episodes() >= 1 && evaluation.finalEpisodes() >= 1;
        boolean skipped = evaluation.episodes() == 0 && evaluation.finalEpisodes() == 0;
        return Stream.of(rounds, batch, criticPerActor, evaluation.every())
                        .allMatch(length -> length >= 1)
                && (evaluated || skipped)
                && dataEpisodes >= 0;
    }

    /** The cell; only of one without {@link #problem}. */
    Cell toCell() {
        return new Cell(
                id,
                algorithm,
                variant,
                settings,
                environment,
                branch,
                seed,
                track,
                new Cell.Material(
                        datasetPath,
                        datasetName,
                        dataEpisodes == 0 ? OptionalInt.empty() : OptionalInt.of(dataEpisodes),
                        Words.read(Replay.class, replay).orElseThrow()),
                new Cell.Length(rounds, batch, criticPerActor, scale),
                new EvaluationProtocol(
                        evaluation.every(),
                        evaluation.episodes(),
                        evaluation.finalEpisodes(),
                        Words.read(StartStates.class, evaluation.startStates()).orElseThrow()),
                new Compute(
                        ComputeDevice.parse(device),
                        precision,
                        Words.read(Kernels.class, kernels).orElseThrow()));
    }
}
