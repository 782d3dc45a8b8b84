package org.cfcql.data.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;

/**
 * What the ends of imported episodes may hide: nobody but the source's flags says where an episode
 * ended and why. Data that were played here know it.
 */
final class ImportDoubts {
    /** Options of an import that say what flags at the limit are. */
    private static final Set<String> SAID = Set.of("--episode-limit", "--flags-at-limit");

    private final Dataset dataset;
    private final DatasetCard card;
    private final EpisodeEnds ends;

    ImportDoubts(Dataset dataset, EpisodeEnds ends) {
        this.dataset = dataset;
        this.card = dataset.card();
        this.ends = ends;
    }

    private boolean imported() {
        return card.made().by().equals("import");
    }

    /**
     * Episodes that were cut at a limit and visibly go on. Where flags stood at the limit, or the
     * user said it or what they mean, it is the limit whatever the next row looks like.
     */
    Optional<Problem> contradiction() {
        boolean believed =
                card.task().timeoutKind() == TimeoutKind.TERMINAL
                        || card.made().command().stream().anyMatch(SAID::contains);
        int followed = ends.cutAtLimit() - (lastIsCut() && lastLength() >= limit() ? 1 : 0);
        if (!imported()
                || believed
                || ends.terminated() == 0
                || ends.goingOn() < 2
                || ends.goingOn() < followed) {
            return Optional.empty();
        }
        return Optional.of(
                Problem.of(
                        DatasetField.EPISODE_OFFSETS.fileName(),
                        "another episode after each that the limit of " + limit() + " steps cut",
                        "that all %d go on in the next one, up to %d steps; import the source again"
                                        .formatted(ends.goingOn(), ends.longestGoingOn())
                                + " with --episode-limit "
                                + ends.longestGoingOn()));
    }

    /** What is no fault and should be known, a sentence each. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        atLimit().ifPresent(remarks::add);
        if (ends.successorUnknown() > 0) {
            remarks.add(
                    text(
                            "%d cut episodes have an unknown successor: nobody bootstraps from it",
                            ends.successorUnknown()));
        }
        if (ends.dataEnded() > 0) {
            remarks.add(
                    text(
                            "%d episodes were cut by the end of the data: left out of mean returns",
                            ends.dataEnded()));
        } else {
            lastCut().ifPresent(remarks::add);
        }
        return remarks;
    }

    /** Ends at the limit beside others, and what they were taken for. */
    private Optional<String> atLimit() {
        int atLimit = ends.terminatedAtLimit() + ends.cutAtLimit();
        if (!imported() || atLimit == 0 || ends.terminated() == 0) {
            return Optional.empty();
        }
        boolean goOn = card.task().timeoutKind() != TimeoutKind.TERMINAL;
        return Optional.of(
                text(
                        "ends of episodes: %d before the limit of %d steps; at the limit %d ends of"
                                + " the task and %d cuts, after which learners %s (--flags-at-limit"
                                + " of an import says otherwise)",
                        ends.terminated(),
                        limit(),
                        ends.terminatedAtLimit(),
                        ends.cutAtLimit(),
                        goOn ? "bootstrap" : "do not bootstrap"));
    }

    /** A last episode that older importers did not mark. */
    private Optional<String> lastCut() {
        return imported() && lastIsCut() && lastLength() < limit()
                ? Optional.of(
                        text(
                                "the last episode stops after %d of %d steps without an end: its"
                                    + " return is part of the mean; import again to have it marked",
                                lastLength(), limit()))
                : Optional.empty();
    }

    private int limit() {
        return card.task().episodeLimit();
    }

    private int lastLength() {
        return dataset.length(dataset.episodes() - 1);
    }

    private boolean lastIsCut() {
        long row = dataset.firstRow(dataset.episodes() - 1) + lastLength() - 1;
        return dataset.file(DatasetField.TERMINATED).byteAt(row) == 0;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
