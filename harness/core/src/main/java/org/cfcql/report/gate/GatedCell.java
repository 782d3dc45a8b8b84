package org.cfcql.report.gate;

import java.util.List;
import java.util.Optional;
import org.cfcql.report.compare.CellName;

/**
 * One cell of the reference and what the candidate made of it.
 *
 * @param name what it is called
 * @param referenceSeeds seeds of the reference
 * @param candidateSeeds seeds of the candidate; fewer than planned where some are open
 * @param open seeds of the candidate without a result, with their states
 * @param referenceMean mean score of the reference
 * @param referenceDeviation deviation between its seeds, or the least that is believed
 * @param candidateMean mean score of the candidate; not a number without one
 * @param halfWidth smallest loss that these seeds show at once, among so many cells
 * @param margin loss that must not pass unseen
 * @param holm p-value corrected over all cells; not a number where nothing was tested
 * @param verdict what follows
 * @param why one line where it does not follow from the numbers
 */
public record GatedCell(
        CellName name,
        List<Long> referenceSeeds,
        List<Long> candidateSeeds,
        List<String> open,
        double referenceMean,
        double referenceDeviation,
        double candidateMean,
        double halfWidth,
        double margin,
        double holm,
        Verdict verdict,
        Optional<String> why) {
    /** Candidate less reference. */
    public double difference() {
        return candidateMean - referenceMean;
    }
}
