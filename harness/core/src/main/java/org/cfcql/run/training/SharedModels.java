package org.cfcql.run.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.cfcql.lock.HeldLock;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.model.ModelIdentity;
import org.cfcql.run.model.StoredModel;
import org.cfcql.run.storage.Storage;

/**
 * The models that the cells of a run folder share: the first cell that needs one trains it, the
 * others wait for it and read it.
 *
 * @param folder {@code RUN_DIR/models}
 * @param options how to stop, whom to tell
 */
public record SharedModels(Path folder, RunOptions options) {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /**
     * A model and where it came from.
     *
     * @param model the model
     * @param trainedHere whether this process trained it, or the rest of it
     */
    public record Found(StoredModel model, boolean trainedHere) {}

    /**
     * The model of an identity.
     *
     * @param training opens its training in a folder
     * @return empty if somebody asked to stop first
     * @throws org.cfcql.error.UserError if what is stored under its name is another model
     */
    public Optional<Found> obtain(ModelIdentity identity, Function<Path, ModelTraining> training) {
        Path done = folder.resolve(identity.key());
        boolean trainedHere = false;
        while (!StoredModel.isIn(done)) {
            Optional<HeldLock> lock =
                    HeldLock.take(folder.resolve(identity.key() + ".lock"), CellFolder.ELSEWHERE);
            if (lock.isPresent()) {
                trainedHere = true;
                if (!train(lock.get(), done, training)) {
                    return Optional.empty();
                }
            } else if (options.stop().requested()) {
                return Optional.empty();
            } else {
                options.progress().advanced("waiting for a model", 0, identity.updates());
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        return Optional.of(new Found(StoredModel.read(done, identity), trainedHere));
    }

    /** Trains in a folder of its own and renames it; false if somebody asked to stop. */
    private boolean train(HeldLock lock, Path done, Function<Path, ModelTraining> training) {
        Path work = done.resolveSibling(done.getFileName() + ".part");
        try (lock) {
            if (StoredModel.isIn(done)) {
                return true;
            }
            if (!StoredModel.isIn(work)) {
                try (ModelTraining trainer = training.apply(work)) {
                    if (!trainer.run()) {
                        return false;
                    }
                }
            }
            Files.move(work, done, StandardCopyOption.ATOMIC_MOVE);
            Storage.syncDirectory(folder);
            options.writePoints().passed("model renamed");
            Storage.deleteTree(done.resolve("checkpoint"));
            return true;
        } catch (IOException failure) {
            throw Storage.writeFault(done, failure);
        }
    }
}
