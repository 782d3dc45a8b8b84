/**
 * Environments in worker processes: the link (socket and process), the session (requests, checks of
 * every reply), and the supervision that turns a lost worker into void episodes.
 *
 * <p>Invariants: one link per incarnation of a worker, with a port and a token of its own, so
 * nothing of a predecessor can arrive; at most one unanswered request; nothing of a reply is used
 * before all of it was checked; no process of ours outlives its link. Time is injected, so that
 * tests need no sleeps.
 */
package org.cfcql.env.bridge;
