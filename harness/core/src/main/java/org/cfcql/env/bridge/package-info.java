/**
 * Environments in worker processes: the reception (a port and who calls there), the link (an
 * admitted worker's connection and its process), the session (requests, checks of every reply), and
 * the supervision that turns a lost worker into void episodes.
 *
 * <p>Invariants: one link per incarnation of a worker, with a port, a routing id and a token of its
 * own, so nothing of a predecessor or a stranger is heard; no thread of ours waits for a peer; at
 * most one unanswered request; nothing of a reply is used before all of it was checked; no process
 * of ours outlives its link. Time is injected, so that tests need no sleeps.
 */
package org.cfcql.env.bridge;
