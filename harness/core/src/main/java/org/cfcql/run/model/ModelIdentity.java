package org.cfcql.run.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.random.SeedTree;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.experiment.Words;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Sha256;

/**
 * Everything that decides the numbers of a model that cells share (spec 1.7). The seed of a cell is
 * not among it, except where it chose a part of the data.
 *
 * @param model id of the model
 * @param datasetHash hash of the data
 * @param dataEpisodes episodes drawn from the data; 0 for all
 * @param subsetSeed seed of that draw; {@code 0} for all
 * @param settings settings of the model
 * @param updates gradient steps
 * @param batch episodes per step
 * @param precision precision of training
 * @param device {@code cpu} or {@code cuda}
 * @param kernels {@code on} or {@code off}
 */
public record ModelIdentity(
        String model,
        String datasetHash,
        int dataEpisodes,
        String subsetSeed,
        SortedMap<String, Object> settings,
        long updates,
        int batch,
        String precision,
        String device,
        String kernels) {
    private static final ObjectMapper COMPACT = new ObjectMapper();
    private static final int KEY_DIGITS = 16;

    /** Copies the settings. */
    public ModelIdentity {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /** The model that a cell needs. */
    public static ModelIdentity of(PretrainingPlan plan, Cell cell, DatasetFacts facts) {
        return new ModelIdentity(
                plan.name(),
                facts.hash(),
                cell.subset().episodes(),
                Long.toUnsignedString(cell.subset().seed()),
                plan.shared().orElseThrow().settings(),
                plan.updates(),
                plan.batchSize(),
                Words.of(cell.compute().precision()),
                Words.of(cell.compute().device().kind()),
                Words.of(cell.compute().kernels()));
    }

    /** Name of its folder: the model's id and the beginning of a hash of everything here. */
    public String key() {
        return model + "-" + digest().substring(0, KEY_DIGITS);
    }

    /** Where its random streams come from. */
    public SeedTree seeds() {
        return new SeedTree(Long.parseUnsignedLong(digest().substring(0, KEY_DIGITS), 16));
    }

    private String digest() {
        try {
            return Sha256.of(COMPACT.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
