/**
 * Files from a web server, held to a hash that was known before.
 *
 * <p>Invariants: a file has its name only if it has its hash; what came before a connection broke
 * is kept under another name and continued, by the same command or by the next; no wait is longer
 * than the patience given; what a server says of lengths and ranges is never believed against the
 * hash.
 */
package org.cfcql.data.fetch;
