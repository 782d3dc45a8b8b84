/**
 * The test kit: what tests of core, of the baselines and of the command line are written with and
 * what needs core's contract. The other modules get it as core's jar of tests; what needs nothing
 * of core lies in {@code harness/testing}.
 */
package org.cfcql.testkit;
