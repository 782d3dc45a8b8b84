package org.cfcql.run.cell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Sampler;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.MachineFault;
import org.cfcql.error.NumericFault;
import org.cfcql.eval.EpisodeResult;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.UpdateStep;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.dataset.TaskMatch;
import org.cfcql.run.experiment.Replay;
import org.cfcql.run.folder.CellConditions;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.CellPlaces;
import org.cfcql.run.folder.CellProvenance;
import org.cfcql.run.folder.CellRecords;
import org.cfcql.run.folder.CellResult;
import org.cfcql.run.folder.Checkpoint;
import org.cfcql.run.folder.CheckpointState;
import org.cfcql.run.folder.CheckpointState.Position;
import org.cfcql.run.folder.CheckpointState.Stream;
import org.cfcql.run.folder.EvaluationHistory;
import org.cfcql.run.folder.LedgerJson;
import org.cfcql.run.folder.TimingLog;
import org.cfcql.run.model.ModelIdentity;
import org.cfcql.run.model.PolicyFile;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.GrantedBudget;
import org.cfcql.run.plan.Pretraining;
import org.cfcql.run.play.CellSource;
import org.cfcql.run.storage.AppendedFiles;
import org.cfcql.run.storage.FileMark;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.training.CellData;
import org.cfcql.run.training.ModelTraining;
import org.cfcql.run.training.Opened;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.Services;
import org.cfcql.run.training.SharedModels;
import org.cfcql.run.training.Training;

/**
 * Trains and evaluates one cell, from its beginning or from its checkpoint.
 *
 * <p>Order: auxiliary models; then per round t, an evaluation where {@code t mod every = 0} (with a
 * checkpoint after it) and the updates of the algorithm's schedule; after the last round a
 * checkpoint, the final evaluation and {@code result.json}. Everything that decides a number is in
 * the checkpoint, and lines beyond it are cut on resume, so an interrupted run writes the same
 * bytes as an undisturbed one.
 */
public final class CellRunner implements AutoCloseable {
    private static final String SAMPLER = "sampler";

    private final Cell cell;
    private final CellFolder folder;
    private final Services services;
    private final RunOptions options;
    private final List<PretrainingPlan> pretraining;
    private final Schedule schedule;
    private final Settings settings;
    private final BudgetLedger ledger;
    private final Opened opened = new Opened();
    private final CellData data;
    private final DatasetFacts facts;
    private final VectorEnvironment environment;
    private final Training training;
    private final CellRecords records;
    private final AppendedFiles appended;
    private final TimingLog timing;
    private final EvaluationHistory history;
    private CellPlaces places;
    private Position position = Position.START;
    private Sampler sampler;
    private long lastCheckpointNanos = System.nanoTime();

    /** How a run ended that did not fail. */
    public enum Outcome {
        /** {@code result.json} is written. */
        DONE,
        /** Somebody asked to stop; the checkpoint is written. */
        STOPPED
    }

    /**
     * Opens everything and loads the checkpoint if there is one.
     *
     * @throws org.cfcql.error.UserError if data, environment, settings and checkpoint do not fit
     */
    public CellRunner(
            Cell cell,
            CellFolder folder,
            CellProvenance provenance,
            Services services,
            RunOptions options) {
        this.cell = cell;
        this.folder = folder;
        this.services = services;
        this.options = options;
        Checkpoint.recover(folder.checkpoint());
        Storage.deleteTree(folder.failure());
        Storage.deleteTree(folder.evidence());
        settings = new Settings(cell.algorithm(), cell.settings());
        Checkpoint stored = Checkpoint.find(folder.checkpoint()).orElse(null);
        try {
            appended =
                    new AppendedFiles(
                            folder.path(), stored == null ? Map.of() : stored.state().files());
            Map<String, Long> lengths = appended.lengths();
            // Only the environment knows the sizes of a task that nobody has stored data of.
            VectorEnvironment played = cell.online() ? openEnvironment() : null;
            data =
                    CellSource.open(
                            cell,
                            folder,
                            provenance.harnessVersion(),
                            settings,
                            services,
                            Optional.ofNullable(played),
                            lengths);
            opened.add(data::close);
            facts = data.facts();
            ConfiguredAlgorithm algorithm = services.configure(cell, facts.task(), settings);
            schedule = algorithm.schedule();
            pretraining = Pretraining.of(algorithm, cell, facts);
            ledger =
                    new BudgetLedger(
                            GrantedBudget.of(cell, schedule, pretraining),
                            stored == null ? Map.of() : stored.state().spent());
            training = new Training(algorithm, cell, ledger);
            opened.add(training::close);
            environment = played == null ? openEvaluated() : played;
            TaskMatch.require(cell.material().path(), facts.task(), environment.spec());
            Map<String, Object> here = provenance.place();
            places = CellPlaces.beginning(here);
            if (stored != null) {
                restore(stored);
            }
            records = new CellRecords(folder, lengths);
            opened.add(records::close);
            timing = new TimingLog(folder.timing());
            opened.add(timing::close);
            history = EvaluationHistory.read(folder.evaluations());
            history.requireCount(position.evaluations(), folder);
            beginSampling(stored);
            describe(provenance, here);
            timing.event(stored == null ? "start" : "restart", position.round());
        } catch (RuntimeException | Error failure) {
            opened.closeAfter(failure);
            throw failure;
        }
    }

    private void restore(Checkpoint stored) {
        stored.requireOf(cell, facts.hash(), environment.spec().fingerprint());
        stored.requireConditions(CellConditions.of(cell, settings));
        position = stored.state().position();
        spentCheck().requirePossible(position, ledger, cell.length().rounds(), folder.path());
        places = stored.state().continuedIn(places.now());
        training.restore(stored.state(), stored.tensors());
    }

    private void beginSampling(Checkpoint stored) {
        sampler = openSampler();
        opened.add(() -> sampler.close());
        if (stored != null) {
            sampler.restore(stored.state().stream(SAMPLER).toState());
        }
    }

    private void describe(CellProvenance provenance, Map<String, Object> here) {
        Storage.writeJson(
                folder.cell(),
                provenance.describe(cell, facts, settings, ledger, environment.spec(), here));
    }

    private SpentCheck spentCheck() {
        return new SpentCheck(schedule, pretraining, training.roles());
    }

    /**
     * Runs to the end or until asked to stop.
     *
     * @throws NumericFault if a number stopped being one; the state is in {@code evidence/}
     */
    public Outcome run() {
        try {
            while (position.pretraining() < pretraining.size()) {
                if (options.stop().requested()) {
                    return stopped();
                }
                pretrain();
            }
            while (position.round() < cell.length().rounds()) {
                if (options.stop().requested()) {
                    return stopped();
                }
                evaluateIfDue();
                trainRound();
            }
            checkpoint();
            finish();
            return Outcome.DONE;
        } catch (NumericFault fault) {
            Evidence.save(
                    folder, training, PolicyFile.metadata(policyDescription()), position.round());
            throw fault;
        } catch (InternalError torn) {
            // Reading a mapped page that the file no longer has; anything else is what it says.
            data.requireUnchanged();
            throw torn;
        }
    }

    private Outcome stopped() {
        checkpoint();
        timing.event("stop", position.round());
        return Outcome.STOPPED;
    }

    /** One update of the auxiliary model whose turn it is; its sampler is its own. */
    private void pretrain() {
        PretrainingPlan plan = pretraining.get(position.pretraining());
        if (plan.shared().isPresent()) {
            adopt(plan);
            return;
        }
        long begin = System.nanoTime();
        long update = position.pretrained();
        try (PointerScope scope = new PointerScope()) {
            ledger.charge(Role.AUXILIARY_BATCH, 1);
            training.learner().pretrain(plan.name(), sampler.next());
        }
        timing.training(System.nanoTime() - begin);
        if (update % Math.max(1, plan.updates() / 100) == 0) {
            records.pretraining(
                    plan.name(), update, training.learner().pretrainingMetrics(plan.name()));
        }
        options.progress().advanced("pretraining", update + 1, plan.updates());
        if (update + 1 < plan.updates()) {
            position = new Position(position.pretraining(), update + 1, 0, 0);
            checkpointIfOld();
        } else {
            pretrained();
        }
    }

    /** Takes over a model that this cell shares with others; it charges what training it costs. */
    private void adopt(PretrainingPlan plan) {
        long begin = System.nanoTime();
        new SharedModels(folder.models(), options)
                .obtain(
                        ModelIdentity.of(plan, cell, facts),
                        work -> new ModelTraining(plan, cell, facts, data, places, work, options))
                .ifPresent(
                        found -> {
                            ledger.charge(Role.AUXILIARY, plan.updates());
                            ledger.charge(Role.AUXILIARY_BATCH, plan.updates());
                            found.model().copyInto(training.learner().networks());
                            places =
                                    ModelTraining.placesOf(found.model())
                                            .map(
                                                    its ->
                                                            places.adopting(
                                                                    plan.name(),
                                                                    its,
                                                                    position.pretraining()))
                                            .orElse(places);
                            records.pretraining(found.model().metrics());
                            timing.training(found.trainedHere() ? System.nanoTime() - begin : 0);
                            timing.event(found.trainedHere() ? "model trained" : "model read", 0);
                            pretrained();
                        });
    }

    private void pretrained() {
        position = new Position(position.pretraining() + 1, 0, 0, 0);
        sampler.close();
        sampler = openSampler();
        checkpoint();
    }

    private void evaluateIfDue() {
        if (!cell.evaluation().takesPlace()) {
            checkpointIfOld();
            return;
        }
        int round = position.round();
        int number = position.evaluations();
        int every = cell.evaluation().every();
        if (round % every != 0 || number != round / every) {
            checkpointIfOld();
            return;
        }
        evaluate(number, round, cell.evaluationSeeds(number));
        data.evaluated(snapshot());
        if (cell.material().replay() == Replay.REPLAYED) {
            sampler.restart();
        }
        position = new Position(position.pretraining(), 0, round, number + 1);
        checkpoint();
    }

    private void evaluate(Object number, int round, List<Long> seeds) {
        // An accelerator tells of a loss that is no number when it is asked.
        training.learner().metrics();
        long begin = System.nanoTime();
        List<EpisodeResult> outcomes =
                services.evaluator().evaluate(environment, training.learner().policy(), seeds);
        timing.evaluation(System.nanoTime() - begin);
        timing.disturbances(services.evaluator().repeatedEpisodes(), environment.restarts());
        records.evaluation(number, round, seeds, outcomes, data.progress());
        history.add(String.valueOf(number), outcomes.stream().map(EpisodeResult::score).toList());
        options.writePoints().passed("evaluation " + number);
        timing.event("evaluation", round);
    }

    private void trainRound() {
        data.beforeRound(position.round(), training.learner().policy());
        timing.add(data.takeTimes());
        long begin = System.nanoTime();
        int round = position.round();
        int logEvery = Math.max(1, cell.evaluation().every() / 10);
        boolean logged = round % logEvery == 0 || round == cell.length().rounds() - 1;
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (UpdateStep step : schedule.steps()) {
            try (PointerScope scope = new PointerScope()) {
                ledger.charge(Role.BATCH, 1);
                training.learner().update(sampler.next(), step);
                if (step.targetsFollow()) {
                    training.learner().updateTargets();
                }
            }
            if (logged) {
                // A later critic-only update leaves what the full one said of the actors.
                numbers.putAll(training.learner().metrics());
            }
        }
        timing.training(System.nanoTime() - begin);
        if (logged) {
            numbers.putAll(data.roundNumbers());
            records.round(round, numbers, ledger);
            options.writePoints().passed("metrics " + round);
        }
        position = new Position(position.pretraining(), 0, round + 1, position.evaluations());
        options.progress().advanced("training", position.round(), cell.length().rounds());
    }

    private void checkpointIfOld() {
        if (System.nanoTime() - lastCheckpointNanos >= options.checkpointEvery().toNanos()) {
            checkpoint();
        }
    }

    private void checkpoint() {
        training.requireFinite();
        SortedMap<String, Stream> streams = training.streams();
        streams.put(SAMPLER, Stream.of(sampler.state()));
        SortedMap<String, FileMark> marks = marks();
        data.requireUnchanged();
        Storage.writeJson(folder.ledger(), LedgerJson.of(ledger));
        options.writePoints().passed("ledger");
        Checkpoint.write(
                folder.checkpoint(),
                training.tensors(),
                PolicyFile.metadata(policyDescription()),
                hash ->
                        new CheckpointState(
                                        CheckpointState.SCHEMA,
                                        cell.id(),
                                        cell.algorithm(),
                                        facts.hash(),
                                        environment.spec().fingerprint(),
                                        CellConditions.of(cell, settings),
                                        places,
                                        position,
                                        ledger.snapshot(),
                                        streams,
                                        training.optimisers(),
                                        marks,
                                        hash,
                                        "")
                                .sealed(),
                options.writePoints());
        lastCheckpointNanos = System.nanoTime();
        timing.event("checkpoint", position.round());
    }

    private SortedMap<String, FileMark> marks() {
        Map<String, Long> written = new TreeMap<>(records.lengths());
        written.putAll(data.lengths());
        return appended.marks(written);
    }

    private void finish() {
        options.progress().advanced("final evaluation", 0, 1);
        if (cell.evaluation().takesPlace()) {
            evaluate("final", cell.length().rounds(), cell.finalEvaluationSeeds());
        }
        data.finished(snapshot());
        requireComplete();
        Storage.writeJson(folder.ledger(), LedgerJson.of(ledger));
        Storage.writeJson(
                folder.result(),
                CellResult.of(cell, facts, environment.spec(), settings, ledger, history, places));
        options.writePoints().passed("result");
        timing.event("end", cell.length().rounds());
        options.progress().advanced("final evaluation", 1, 1);
    }

    /** Nothing is called done that was not trained on these data, paid for and written down. */
    private void requireComplete() {
        data.requireUnchanged();
        marks();
        appended.requireUnchanged();
        for (Path file : List.of(folder.cell(), folder.timing(), folder.checkpoint())) {
            if (!Files.exists(file)) {
                throw new MachineFault(
                        "expected "
                                + file
                                + " that this cell has written, found none; somebody deleted it"
                                + " while the cell ran; run the same command again");
            }
        }
        spentCheck()
                .problem(position, ledger)
                .ifPresent(
                        found -> {
                            throw new HarnessBug(
                                    found + "; mend the schedule of " + cell.algorithm());
                        });
    }

    private CellData.Snapshot snapshot() {
        return new CellData.Snapshot(position.round(), history, training, policyDescription());
    }

    private PolicyFile.Description policyDescription() {
        return new PolicyFile.Description(
                cell.algorithm(),
                settings.resolved(),
                facts.task(),
                cell.environment().options(),
                cell.seed(),
                cell.id());
    }

    private Sampler openSampler() {
        boolean auxiliary = position.pretraining() < pretraining.size();
        var seeds = cell.seeds().child(SAMPLER);
        int batch = cell.length().batch();
        if (auxiliary) {
            PretrainingPlan plan = pretraining.get(position.pretraining());
            seeds = seeds.child(plan.name());
            batch = plan.batchSize();
        }
        return data.open(batch, seeds.stream(), Training.tensors(cell));
    }

    /** Where policies are evaluated; what the data say of it where they are not. */
    private VectorEnvironment openEvaluated() {
        return cell.evaluation().takesPlace() ? openEnvironment() : new UnplayedEnvironment(facts);
    }

    private VectorEnvironment openEnvironment() {
        VectorEnvironment fresh =
                services.environments()
                        .open(
                                new EnvironmentRequest(
                                        cell.environment().id(),
                                        cell.environment().options(),
                                        cell.evaluation().environments()));
        opened.add(fresh::close);
        return fresh;
    }

    @Override
    public void close() {
        opened.close();
    }
}
