package org.cfcql.eval;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.learn.Policy;

/**
 * Plays one episode per seed, E at once.
 *
 * <p>Episode e is always played in row {@code e mod E}, its row's episodes one after the other: so
 * a policy meets it in the same place of a batch however often a worker was lost in between. (A
 * free row does not take over another's episodes; lengths differ too little for that to matter.)
 * Not safe for use by several threads.
 */
public final class Evaluator {
    private long repeatedEpisodes;

    /** Episodes begun in vain so far, because their worker was lost; for the timing record. */
    public long repeatedEpisodes() {
        return repeatedEpisodes;
    }

    /**
     * Plays the episodes.
     *
     * @param seeds one per episode
     * @return results in the order of the seeds
     * @throws org.cfcql.error.EnvironmentFault if the environment was given up
     * @throws org.cfcql.error.NumericFault if the policy's actions are not finite
     */
    public List<EpisodeResult> evaluate(
            VectorEnvironment environment, Policy policy, List<Long> seeds) {
        int environments = environment.environments();
        List<Deque<Integer>> waiting = new ArrayList<>();
        for (int row = 0; row < environments; row++) {
            waiting.add(new ArrayDeque<>());
        }
        for (int episode = 0; episode < seeds.size(); episode++) {
            waiting.get(episode % environments).add(episode);
        }
        EpisodeResult[] results = new EpisodeResult[seeds.size()];
        while (waiting.stream().anyMatch(queue -> !queue.isEmpty())) {
            RowStates rows = new RowStates(environment.spec(), seeds, waiting);
            try (Policy.Session session = policy.open(environments)) {
                play(environment, session, rows, results);
            } catch (EpisodesVoid lost) {
                repeatedEpisodes += requeue(environments, results, waiting);
            }
            repeatedEpisodes += rows.broken();
        }
        return List.of(results);
    }

    private static void play(
            VectorEnvironment environment,
            Policy.Session session,
            RowStates rows,
            EpisodeResult[] results) {
        rows.startWaiting(environment, session);
        while (rows.anyActive()) {
            OrderlyEnd.safePlace();
            boolean[] active = rows.active();
            StepResult step = environment.step(session.act(rows.observations()), active);
            session.rewarded(step.rewards());
            for (EpisodeResult result : rows.stepped(step)) {
                results[result.episode()] = result;
            }
            rows.startWaiting(environment, session);
        }
    }

    /** Puts the episodes without a result back into their rows; returns how many had begun. */
    private static long requeue(
            int environments, EpisodeResult[] results, List<Deque<Integer>> waiting) {
        long before = waiting.stream().mapToLong(Deque::size).sum();
        waiting.forEach(Deque::clear);
        for (int episode = 0; episode < results.length; episode++) {
            if (results[episode] == null) {
                waiting.get(episode % environments).add(episode);
            }
        }
        long missing = Arrays.stream(results).filter(result -> result == null).count();
        return missing - before;
    }
}
