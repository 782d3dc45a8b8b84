package org.cfcql.collect;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.TaskCard;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.EnvironmentFault;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.random.SeedTree;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays episodes and hands them on in the order of their indices.
 *
 * <p>Episode i starts from the seed {@code tree/environment/i} and is played with the random
 * numbers of {@code tree/action/i}, so the data do not depend on the number of environments. An
 * episode whose process was lost is played again from its beginning. Memory is bounded: no episode
 * starts that is more than a few times E ahead of the next one to be stored.
 */
public final class Collector {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
    private static final int EPISODES_AHEAD = 8;
    private static final int IDLE = -1;

    private final VectorEnvironment environment;
    private final EnvironmentSpec spec;
    private final TaskCard task;
    private final Behaviour behaviour;
    private final SeedTree environmentSeeds;
    private final SeedTree actionSeeds;
    private final Consumer<EpisodeBuffer> sink;
    private final Goal goal;
    private Predicate<EpisodeBuffer> condition = episode -> true;

    private final int size;
    private final int[] episodeOf;
    private final boolean[] active;
    private final EpisodeBuffer[] buffers;
    private final Observations current;
    private final SortedMap<Integer, EpisodeBuffer> complete = new TreeMap<>();
    private final Deque<EpisodeBuffer> spare = new ArrayDeque<>();
    private int nextToStart;
    private long transitions;
    private int nextToStore;
    private int kept;

    /**
     * A collection that has not begun.
     *
     * @param environment where to play; its E decides the speed only
     * @param task the card of that environment
     * @param behaviour how to play
     * @param seed root of all random numbers
     * @param goal how much to collect
     * @param sink receives the episodes in order; a buffer is filled again afterwards
     */
    public Collector(
            VectorEnvironment environment,
            TaskCard task,
            Behaviour behaviour,
            long seed,
            Goal goal,
            Consumer<EpisodeBuffer> sink) {
        this.environment = environment;
        this.spec = environment.spec();
        this.task = task;
        this.behaviour = behaviour;
        this.environmentSeeds = new SeedTree(seed).child("environment");
        this.actionSeeds = new SeedTree(seed).child("action");
        this.goal = goal;
        this.sink = sink;
        size = environment.environments();
        episodeOf = new int[size];
        Arrays.fill(episodeOf, IDLE);
        active = new boolean[size];
        buffers = new EpisodeBuffer[size];
        current = ObservationRows.allocate(spec, size);
    }

    /** A collection into a data set, of the episodes that a condition lets through. */
    public Collector(
            VectorEnvironment environment,
            TaskCard task,
            Behaviour behaviour,
            long seed,
            Goal goal,
            Predicate<EpisodeBuffer> condition,
            DatasetWriter writer) {
        this(environment, task, behaviour, seed, new Goal.Filtered(goal), writer::append);
        this.condition = condition;
    }

    /** A collection into a data set. */
    public Collector(
            VectorEnvironment environment,
            TaskCard task,
            Behaviour behaviour,
            long seed,
            Goal goal,
            DatasetWriter writer) {
        this(environment, task, behaviour, seed, goal, writer::append);
    }

    /**
     * Plays until the goal is reached.
     *
     * @param progress told the number of transitions stored so far
     * @throws EnvironmentFault if the environment was given up or does not end its episodes
     */
    public void collect(LongConsumer progress) {
        while (!goal.isReached(kept, transitions)) {
            OrderlyEnd.safePlace();
            try {
                startEpisodes();
                stepEpisodes();
            } catch (EpisodesVoid lost) {
                LOG.warn("episodes are played again: {}", lost.getMessage());
                Arrays.fill(active, false);
            }
            if (store()) {
                progress.accept(transitions);
            }
        }
    }

    private void startEpisodes() {
        boolean[] mask = new boolean[size];
        long[] seeds = new long[size];
        boolean any = false;
        for (int slot = 0; slot < size; slot++) {
            if (active[slot]) {
                continue;
            }
            if (episodeOf[slot] == IDLE && mayStartAnother()) {
                episodeOf[slot] = nextToStart++;
            }
            if (episodeOf[slot] != IDLE) {
                mask[slot] = true;
                seeds[slot] = environmentSeeds.child(episodeOf[slot]).seed();
                any = true;
            }
        }
        if (!any) {
            return;
        }
        Observations first = environment.reset(mask, seeds);
        for (int slot = 0; slot < size; slot++) {
            if (mask[slot]) {
                start(slot, first);
            }
        }
    }

    private boolean mayStartAnother() {
        return goal.wants(nextToStart) && nextToStart < nextToStore + EPISODES_AHEAD * size;
    }

    private void start(int slot, Observations first) {
        if (buffers[slot] == null) {
            buffers[slot] = spare.isEmpty() ? new EpisodeBuffer(task) : spare.pop();
        }
        buffers[slot].start(first, slot);
        ObservationRows.copy(spec, first, slot, current, slot);
        int episode = episodeOf[slot];
        behaviour.begin(slot, episode, actionSeeds.child(episode).stream());
        active[slot] = true;
    }

    private void stepEpisodes() {
        Actions actions = behaviour.act(current, active);
        StepResult result = environment.step(actions, active);
        for (int slot = 0; slot < size; slot++) {
            if (!active[slot]) {
                continue;
            }
            if (result.voided()[slot] == 1) {
                active[slot] = false; // and is started again
                continue;
            }
            EpisodeBuffer buffer = buffers[slot];
            buffer.step(actions, result, slot);
            ObservationRows.copy(spec, result.observations(), slot, current, slot);
            if (buffer.isFinished()) {
                complete.put(episodeOf[slot], buffer);
                buffers[slot] = null;
                episodeOf[slot] = IDLE;
                active[slot] = false;
                behaviour.end(slot);
            } else if (buffer.length() >= spec.episodeLimit()) {
                throw new EnvironmentFault(
                        "%s: expected episodes of at most %d steps, found one that goes on; its"
                                        .formatted(spec.id(), spec.episodeLimit())
                                + " bridge does not keep its own limit");
            }
        }
    }

    private boolean store() {
        boolean stored = false;
        while (complete.containsKey(nextToStore) && !goal.isReached(kept, transitions)) {
            EpisodeBuffer episode = complete.remove(nextToStore++);
            if (condition.test(episode)) {
                sink.accept(episode);
                transitions += episode.length();
                kept++;
            }
            spare.push(episode);
            stored = true;
        }
        return stored;
    }
}
