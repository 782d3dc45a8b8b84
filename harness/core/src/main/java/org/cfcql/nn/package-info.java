/**
 * Networks and their optimisation: layers with a replica axis, Adam, clipping, soft updates.
 *
 * <p>Invariants: every parameter is a leaf {@code [replica, ...]} owned by the network that made it
 * and is changed in place only, so views and frozen aliases stay valid; buffers of a network share
 * its lifetime; temporaries belong to the caller's scope; all randomness comes in as a {@code
 * RandomStream}. Where a compiled kernel does a network's work, its LibTorch form stays beside it
 * as the oracle. Knows nothing of learners, data or environments.
 */
package org.cfcql.nn;
