/**
 * Environments behind ZeroMQ: what they are, how they are stepped, and the supervision of the
 * processes they live in.
 *
 * <p>Invariants: nothing resets by itself; a lost episode is void and never a result; the socket
 * belongs to one thread. Knows nothing of learners.
 */
package org.cfcql.env;
