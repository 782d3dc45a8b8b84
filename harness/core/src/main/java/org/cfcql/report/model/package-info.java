/**
 * What a report says: comparable cells gathered into sections, beside references and published
 * numbers.
 *
 * <p>Invariants: depends on what was read only (no clock, no machine); runs that differ in track,
 * data, environment fingerprint, evaluation protocol or budget never share a section.
 */
package org.cfcql.report.model;
