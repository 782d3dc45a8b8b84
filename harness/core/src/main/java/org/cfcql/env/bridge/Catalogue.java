package org.cfcql.env.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.error.ForeignText;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;

/**
 * Which environments the bridges offer.
 *
 * @param families families in the bridges' order
 * @param problems files of the plug-in folders that give no family
 */
public record Catalogue(List<Family> families, List<Problem> problems) {
    /** Copies the lists. */
    public Catalogue {
        families = List.copyOf(families);
        problems = List.copyOf(problems);
    }

    /**
     * A file that was to be a family and is none.
     *
     * @param path the file
     * @param reason one line
     */
    public record Problem(String path, String reason) {}

    /**
     * Environments that share a virtual environment.
     *
     * @param name name, for example {@code mpe}
     * @param summary one line
     * @param venv name of its virtual environment and lock file, for example {@code numpy}
     * @param entries environments
     */
    public record Family(String name, String summary, String venv, List<Entry> entries) {}

    /**
     * One environment.
     *
     * @param id environment id; with a parameter its name stands where the number goes
     * @param aliases other accepted names
     * @param summary one line
     * @param parameter the number at the end of the id, if there is one
     * @param options options it takes
     */
    public record Entry(
            String id,
            List<String> aliases,
            String summary,
            Optional<Parameter> parameter,
            List<Option> options) {
        /** Whether a name means this environment, or one of these environments. */
        boolean named(String name) {
            if (parameter.isEmpty()) {
                return id.equals(name) || aliases.contains(name);
            }
            return name.startsWith(stem())
                    && parameter.get().takes(name.substring(stem().length()));
        }

        private void refuseNumber(String name) {
            if (parameter.isPresent() && name.startsWith(stem())) {
                Parameter number = parameter.get();
                throw new UserError(
                        "expected %s with %s, the %s, from %d to %d, found '%s'"
                                .formatted(
                                        id,
                                        number.name(),
                                        number.meaning(),
                                        number.low(),
                                        number.high(),
                                        name));
            }
        }

        private String stem() {
            return id.substring(0, id.length() - parameter.get().name().length());
        }
    }

    /**
     * The number at the end of an id such as {@code equal_line/N}.
     *
     * @param name placeholder
     * @param low smallest value
     * @param high largest value
     * @param meaning one line
     */
    public record Parameter(String name, int low, int high, String meaning) {
        private boolean takes(String number) {
            if (!number.matches("[1-9][0-9]{0,5}")) {
                return false;
            }
            int value = Integer.parseInt(number);
            return low <= value && value <= high;
        }
    }

    /**
     * One option.
     *
     * @param name key
     * @param type {@code string}, {@code int}, {@code float}, {@code bool} or {@code path}
     * @param defaultValue value in force without it
     * @param meaning one line
     * @param choices the values there are; empty where there are others
     * @param low smallest number; not a number without a limit
     * @param high largest number; not a number without a limit
     * @param words values of a path that are none, such as the name of what the bridge brings along
     */
    public record Option(
            String name,
            String type,
            String defaultValue,
            String meaning,
            List<String> choices,
            double low,
            double high,
            List<String> words) {
        /** Whether a value names a file or folder. */
        public boolean leadsToFile(String value) {
            return type.equals("path") && !value.equals(defaultValue) && !words.contains(value);
        }

        /** What a value must be, where it is not; empty for one that the worker will take. */
        private Optional<String> refused(String value) {
            if (!choices.isEmpty() && !choices.contains(value)) {
                return Optional.of("one of " + String.join(", ", choices));
            }
            return switch (type) {
                case "bool" ->
                        List.of("true", "false").contains(value)
                                ? Optional.empty()
                                : Optional.of("true or false");
                case "int", "float" -> refusedNumber(value);
                default -> Optional.empty();
            };
        }

        private Optional<String> refusedNumber(String value) {
            try {
                double number = Double.parseDouble(value);
                boolean kind = Double.isFinite(number) && (type.equals("float") || number % 1 == 0);
                if (kind && !(number < low) && !(number > high)) {
                    return Optional.empty();
                }
            } catch (NumberFormatException noNumber) {
                // Refused below.
            }
            String range = Double.isNaN(low) ? "" : " from " + low;
            range += Double.isNaN(high) ? "" : " to " + high;
            return Optional.of((type.equals("int") ? "a whole number" : "a number") + range);
        }
    }

    /** Reads what the worker's {@code --list-json} prints. */
    static Catalogue of(JsonNode listing) {
        List<Family> families = new ArrayList<>();
        for (JsonNode family : listing.path("families")) {
            List<Entry> entries = new ArrayList<>();
            family.path("environments").forEach(entry -> entries.add(entry(entry)));
            families.add(
                    new Family(
                            text(family.path("family")),
                            text(family.path("summary")),
                            text(family.path("lock")).replaceFirst("\\.txt$", ""),
                            List.copyOf(entries)));
        }
        List<Problem> problems = new ArrayList<>();
        for (JsonNode problem : listing.path("problems")) {
            problems.add(new Problem(text(problem.path("path")), text(problem.path("reason"))));
        }
        return new Catalogue(families, problems);
    }

    /**
     * The family of an environment.
     *
     * @param id id or alias
     * @throws UserError for an unknown one, with a suggestion
     */
    public Family familyOf(String id) {
        for (Family family : families) {
            if (family.entries().stream().anyMatch(entry -> entry.named(id))) {
                return family;
            }
        }
        families.stream()
                .flatMap(family -> family.entries().stream())
                .forEach(entry -> entry.refuseNumber(id));
        throw unknown("an environment", id, ids(), unread());
    }

    /** Whether there is an environment of this id or alias. */
    public boolean knows(String id) {
        return families.stream()
                .flatMap(family -> family.entries().stream())
                .anyMatch(entry -> entry.named(id));
    }

    /** An environment by id or alias; throws as {@link #familyOf}. */
    public Entry entry(String id) {
        return familyOf(id).entries().stream().filter(entry -> entry.named(id)).findFirst().get();
    }

    /**
     * The virtual environment meant by a family or by its own name.
     *
     * @throws UserError for neither
     */
    public String venv(String name) {
        List<String> known = new ArrayList<>();
        for (Family family : families) {
            if (family.name().equals(name) || family.venv().equals(name)) {
                return family.venv();
            }
            known.add(family.name());
        }
        throw unknown("a family of environments", name, known, unread());
    }

    /**
     * Checks options before an environment is opened with them.
     *
     * @throws UserError for an option that it does not have, or a value that it does not take
     */
    public void requireOptions(String id, Map<String, String> values) {
        Map<String, Option> known = new LinkedHashMap<>();
        entry(id).options().forEach(option -> known.put(option.name(), option));
        values.forEach(
                (name, value) -> {
                    if (!known.containsKey(name)) {
                        throw unknown("an option of " + id, name, List.copyOf(known.keySet()), "");
                    }
                    known.get(name)
                            .refused(value)
                            .ifPresent(
                                    expected -> {
                                        throw new UserError(
                                                "expected option %s of %s to be %s, found '%s'"
                                                                .formatted(
                                                                        name,
                                                                        id,
                                                                        expected,
                                                                        ForeignText.oneLine(value))
                                                        + "; see cfcql env list");
                                    });
                });
    }

    /** All ids, in order. */
    public List<String> ids() {
        return families.stream()
                .flatMap(family -> family.entries().stream())
                .map(Entry::id)
                .toList();
    }

    /** What was looked for may be in a file that gave nothing. */
    private String unread() {
        StringBuilder text = new StringBuilder();
        for (Problem problem : problems) {
            text.append("; ").append(problem.path()).append(": ").append(problem.reason());
        }
        return text.toString();
    }

    private static UserError unknown(String what, String found, List<String> known, String unread) {
        return new UserError(
                "expected "
                        + what
                        + ", found '"
                        + found
                        + "'; "
                        + Suggestion.of(found, known)
                        + unread);
    }

    private static Entry entry(JsonNode entry) {
        List<String> aliases = new ArrayList<>();
        entry.path("aliases").forEach(alias -> aliases.add(text(alias)));
        List<Option> options = new ArrayList<>();
        for (JsonNode option : entry.path("options")) {
            options.add(
                    new Option(
                            text(option.path("name")),
                            text(option.path("type")),
                            text(option.path("default")),
                            text(option.path("meaning")),
                            texts(option.path("choices")),
                            option.path("low").asDouble(Double.NaN),
                            option.path("high").asDouble(Double.NaN),
                            texts(option.path("words"))));
        }
        return new Entry(
                text(entry.path("id")),
                List.copyOf(aliases),
                text(entry.path("summary")),
                parameter(entry.path("parameter")),
                List.copyOf(options));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(text(item)));
        return List.copyOf(texts);
    }

    private static Optional<Parameter> parameter(JsonNode parameter) {
        if (parameter.isMissingNode()) {
            return Optional.empty();
        }
        return Optional.of(
                new Parameter(
                        text(parameter.path("name")),
                        parameter.path("low").asInt(),
                        parameter.path("high").asInt(),
                        text(parameter.path("meaning"))));
    }

    /** Whatever the Python package says is shown on terminals. */
    private static String text(JsonNode node) {
        return ForeignText.oneLine(node.asText());
    }
}
