/**
 * What the tests of several modules share.
 *
 * <p>Invariant: modules depend on it in test scope only, and it depends on no part of the harness
 * but the native one.
 */
package org.cfcql.testing;
