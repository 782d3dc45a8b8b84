package org.cfcql.run.experiment;

import java.io.StringReader;
import java.util.regex.Pattern;
import org.cfcql.error.UserError;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * What YAML can say and readers understand differently: references, tags, several documents, and
 * numbers that are not the decimal ones they look like. An experiment has no use for any.
 */
final class PlainYaml {
    /** {@code 010} is eight to one reader and ten to another, {@code 1:30} is ninety. */
    private static final Pattern MISLEADING =
            Pattern.compile(
                    "[-+]?(0[0-9_]+|0[xob][0-9a-fA-F_]+|[0-9][0-9_]*_[0-9_]*|[0-9]+(:[0-5]?[0-9])+)");

    private PlainYaml() {}

    /**
     * Checks a text.
     *
     * @param what what it is, for the message
     * @throws UserError naming the line of the first thing that is not plain
     */
    static void require(String text, String what) {
        int documents = 0;
        try {
            for (Event event : new Yaml().parse(new StringReader(text))) {
                if (event instanceof DocumentStartEvent && ++documents > 1) {
                    throw refused(event, what, "a second document", "keep one");
                }
                requirePlain(event, what);
            }
        } catch (YAMLException noYaml) {
            // Whoever reads it says what is wrong, with the words for it.
        }
    }

    private static void requirePlain(Event event, String what) {
        if (event instanceof AliasEvent
                || event instanceof NodeEvent node && node.getAnchor() != null) {
            throw refused(event, what, "an anchor or alias", "write the value out");
        }
        if (event instanceof CollectionStartEvent list && list.getTag() != null
                || event instanceof ScalarEvent tagged && tagged.getTag() != null) {
            throw refused(event, what, "a tag", "leave it out");
        }
        if (event instanceof ScalarEvent scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && MISLEADING.matcher(scalar.getValue()).matches()) {
            throw refused(
                    event,
                    what,
                    "the number " + scalar.getValue(),
                    "write a decimal number, or quote a text");
        }
    }

    private static UserError refused(Event event, String what, String found, String advice) {
        return new UserError(
                "expected "
                        + what
                        + " to be plain YAML, found "
                        + found
                        + " in line "
                        + (event.getStartMark().getLine() + 1)
                        + "; "
                        + advice);
    }
}
