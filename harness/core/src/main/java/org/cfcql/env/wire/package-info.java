/**
 * Messages between harness and environment workers: one immutable record per message and the codec
 * of {@code env-bridges/PROTOCOL.md}, tested on the same recorded frames as the Python side.
 *
 * <p>Invariants: equal messages are equal bytes; nothing received is used before its limits, types
 * and sizes were checked; knows neither sockets nor processes.
 */
package org.cfcql.env.wire;
