package org.cfcql.run.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.data.batch.EpisodeSampler;
import org.cfcql.data.batch.EpisodeSubset;
import org.cfcql.data.batch.Sampler;
import org.cfcql.data.batch.TransitionSampler;
import org.cfcql.data.check.VerifiedContent;
import org.cfcql.learn.Branch;
import org.cfcql.learn.TaskShape;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/** Data sets in folders; relative paths lead from the current folder, then from the checkout. */
public final class StoredDatasets implements DatasetDirectory {
    private final Path home;
    private final Map<String, Opened> opened = new HashMap<>();

    /** A data set whose content was held to its card. */
    private record Opened(Dataset dataset, VerifiedContent content) {}

    /**
     * Data sets of this machine.
     *
     * @param home repository root
     */
    public StoredDatasets(Path home) {
        this.home = home;
    }

    @Override
    public DatasetFacts facts(String path) {
        DatasetCard card = dataset(path).card();
        TaskCard task = card.task();
        TaskShape shape =
                new TaskShape(
                        task.environment(),
                        card.kind(),
                        task.agents().size(),
                        task.observationSize(),
                        task.stateSize(),
                        task.actionSpace(),
                        task.episodeLimit());
        return new DatasetFacts(
                shape,
                task.options(),
                task.fingerprint(),
                card.hash(),
                card.episodes(),
                card.transitions(),
                card.returns().mean(),
                card.returns().std(),
                !card.separateNext(),
                policyScore(card.made()));
    }

    /** What online training noted of the policy that was kept and then collected. */
    private static OptionalDouble policyScore(Provenance made) {
        String noted = made.by().equals("collect") ? made.notes().get("checkpointScore") : null;
        return noted == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(noted));
    }

    @Override
    public Sampler open(
            String path,
            EpisodeSubset subset,
            int batch,
            RandomStream stream,
            TensorFactory tensors) {
        Dataset dataset = dataset(path);
        return Branch.of(dataset.card().task().actionSpace()) == Branch.DISCRETE
                ? new EpisodeSampler(dataset, subset, batch, stream, tensors)
                : new TransitionSampler(dataset, batch, stream, tensors);
    }

    @Override
    public void requireUnchanged(String path) {
        opened(path).content().requireUnchanged();
    }

    private Dataset dataset(String path) {
        return opened(path).dataset();
    }

    private Opened opened(String path) {
        Path folder = Path.of(path);
        Path found = folder.isAbsolute() || Files.exists(folder) ? folder : home.resolve(folder);
        return opened.computeIfAbsent(path, key -> openSound(found));
    }

    private static Opened openSound(Path folder) {
        Dataset dataset = Dataset.open(folder);
        return new Opened(dataset, new VerifiedContent(dataset));
    }
}
