package org.cfcql.run.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.cfcql.budget.Scale;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.learn.Track;
import org.cfcql.nn.TimeSlots;
import org.cfcql.run.experiment.Experiment.BudgetChoice;
import org.cfcql.run.experiment.Experiment.DatasetChoice;
import org.cfcql.run.experiment.Experiment.EnvironmentChoice;
import org.cfcql.run.experiment.Experiment.EvaluationChoice;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;

/** Reads experiments from YAML; unknown keys and wrong values are refused before anything else. */
public final class ExperimentReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final List<String> KEYS =
            List.of(
                    "name",
                    "environments",
                    "datasets",
                    "algorithms",
                    "seeds",
                    "track",
                    "budget",
                    "scale",
                    "evaluation",
                    "replay",
                    "data",
                    "sequences",
                    "kernels",
                    "device",
                    "precision");
    private static final int MAXIMUM = 100_000_000;
    private static final int LONGEST_NAME = 100;
    private static final YAMLMapper YAML =
            new YAMLMapper(
                    YAMLFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build());

    private ExperimentReader() {}

    /**
     * Reads a file.
     *
     * @param overrides {@code key=value} pairs with dotted keys, values in YAML
     * @throws UserError if the file is missing, no YAML, or holds an unknown key or wrong value
     */
    public static Experiment read(Path file, List<String> overrides) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException unreadable) {
            throw new UserError(
                    "expected an experiment at "
                            + file
                            + ", found no readable file; check the path",
                    unreadable);
        }
        return parse(text, file.getFileName().toString().replaceFirst("\\.ya?ml$", ""), overrides);
    }

    /**
     * Reads a text.
     *
     * @param defaultName name where the text has none
     */
    public static Experiment parse(String text, String defaultName, List<String> overrides) {
        Map<String, Object> root = mapping(text, "the experiment");
        for (String override : overrides) {
            apply(root, override);
        }
        return interpret(new ConfigSection("", root), defaultName);
    }

    private static Map<String, Object> mapping(String text, String what) {
        Object value = yaml(text, what);
        if (!(value instanceof Map<?, ?> map)) {
            throw new UserError(
                    "expected " + what + " to be a YAML mapping, found '" + value + "'");
        }
        return ConfigSection.mapping(map);
    }

    private static Object yaml(String text, String what) {
        PlainYaml.require(text, what);
        try {
            return YAML.readValue(text, Object.class);
        } catch (JsonProcessingException wrong) {
            int line = wrong.getLocation() == null ? 0 : wrong.getLocation().getLineNr();
            throw new UserError(
                    "expected "
                            + what
                            + " to be YAML, found at line "
                            + line
                            + ": "
                            + wrong.getOriginalMessage().lines().findFirst().orElse("an error")
                            + "; mend the file",
                    wrong);
        }
    }

    /** Sets one dotted key; a key that the file itself writes with dots is found as well. */
    private static void apply(Map<String, Object> root, String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new UserError(
                    "expected --set key=value, found '"
                            + override
                            + "'; for example"
                            + " --set budget.rounds=100");
        }
        String rest = override.substring(0, equals);
        Object value = yaml(override.substring(equals + 1), "the value of --set " + rest);
        Map<String, Object> level = root;
        while (!level.containsKey(rest) && rest.contains(".")) {
            String head = rest.substring(0, rest.indexOf('.'));
            rest = rest.substring(head.length() + 1);
            Object below = level.get(head);
            Map<String, Object> next =
                    below instanceof Map<?, ?> map
                            ? ConfigSection.mapping(map)
                            : new LinkedHashMap<>();
            level.put(head, next);
            level = next;
        }
        level.put(rest, value);
    }

    private static Experiment interpret(ConfigSection root, String defaultName) {
        // First of all: a misspelt key would otherwise be reported as the absence of the right one.
        KEYS.forEach(root::has);
        root.requireAllRead();
        String name = root.has("name") ? String.valueOf(root.raw("name")) : defaultName;
        if (!NAME.matcher(name).matches()) {
            throw root.refused("name", "letters, digits, dots, dashes and underscores", name);
        }
        ComputeDevice device =
                ComputeDevice.parse(root.has("device") ? root.text("device") : "cpu");
        ConfigSection replay = root.section("replay");
        List<EnvironmentChoice> environments = environments(root);
        Experiment experiment =
                new Experiment(
                        name,
                        environments,
                        datasets(root),
                        algorithms(root),
                        seeds(root),
                        root.choices("track", "equal", "equal", "paper").stream()
                                .map(word -> Track.valueOf(word.toUpperCase(Locale.ROOT)))
                                .toList(),
                        budget(root.section("budget"), environments),
                        scale(root),
                        evaluation(root),
                        replay.choices("rng", Replay.INDEPENDENT),
                        dataEpisodes(root.section("data")),
                        root.has("sequences")
                                ? root.choices("sequences", TimeSlots.Layout.PACKED)
                                : List.of(),
                        compute(root, device));
        replay.requireAllRead();
        return experiment;
    }

    private static Compute compute(ConfigSection root, ComputeDevice device) {
        Kernels kernels = kernels(root);
        String precision = single(root, "precision", "float32", "float32", "float64");
        return new Compute(device, Precision.valueOf(precision.toUpperCase(Locale.ROOT)), kernels);
    }

    private static Scale scale(ConfigSection root) {
        if (!root.has("scale")) {
            return Scale.FULL;
        }
        if (!(root.raw("scale") instanceof Number share) || !Scale.isShare(share.doubleValue())) {
            throw root.refused("scale", "a number above 0, at most 1", root.raw("scale"));
        }
        return new Scale(share.doubleValue());
    }

    private static String single(
            ConfigSection section, String key, String byDefault, String... words) {
        List<String> chosen = section.choices(key, byDefault, words);
        if (chosen.size() > 1) {
            throw section.refused(key, "one value (it cannot be swept)", chosen);
        }
        return chosen.get(0);
    }

    private static List<EnvironmentChoice> environments(ConfigSection root) {
        List<EnvironmentChoice> choices = new ArrayList<>();
        for (Object element : root.list("environments")) {
            if (element instanceof Map<?, ?> map) {
                ConfigSection section =
                        new ConfigSection("environments", ConfigSection.mapping(map));
                SortedMap<String, String> options = new TreeMap<>();
                section.section("options")
                        .values()
                        .forEach((key, value) -> options.put(key, String.valueOf(value)));
                choices.add(new EnvironmentChoice(section.text("id"), options));
                section.requireAllRead();
            } else {
                choices.add(new EnvironmentChoice(String.valueOf(element), new TreeMap<>()));
            }
        }
        return choices;
    }

    private static List<DatasetChoice> datasets(ConfigSection root) {
        List<DatasetChoice> choices = new ArrayList<>();
        // A resolved experiment of online algorithms spells out that it has none.
        boolean none = !root.has("datasets") || List.of().equals(root.raw("datasets"));
        for (Object element : none ? List.of() : root.list("datasets")) {
            if (element instanceof Map<?, ?> map) {
                ConfigSection section = new ConfigSection("datasets", ConfigSection.mapping(map));
                String path = section.text("path");
                String name = section.has("name") ? section.text("name") : shortName(path);
                choices.add(new DatasetChoice(path, name));
                section.requireAllRead();
            } else {
                String path = String.valueOf(element);
                choices.add(new DatasetChoice(path, shortName(path)));
            }
        }
        requireOnce("path", choices.stream().map(DatasetChoice::path).toList());
        requireNames(choices.stream().map(DatasetChoice::name).toList());
        return choices;
    }

    private static void requireOnce(String what, List<String> values) {
        for (String value : values) {
            if (Collections.frequency(values, value) > 1) {
                throw new UserError(
                        "expected data sets of distinct "
                                + what
                                + "s, found "
                                + ForeignText.oneLine(value)
                                + " twice; leave one out");
            }
        }
    }

    private static void requireNames(List<String> names) {
        for (String name : names) {
            boolean printable = ForeignText.oneLine(name).equals(name);
            if (name.length() > LONGEST_NAME || !printable) {
                throw new UserError(
                        "expected names of data sets of at most "
                                + LONGEST_NAME
                                + " letters on one line, found "
                                + (printable
                                        ? name.length()
                                        : "'" + ForeignText.oneLine(name) + "'")
                                + "; give it a name");
            }
        }
    }

    /** Last part of a path that says something beside the seed. */
    private static String shortName(String path) {
        String name = "";
        for (Path part : Path.of(path)) {
            String candidate = part.toString().replaceAll("[-_]?(seed)?[-_]?\\{seed}.*", "");
            name = candidate.isBlank() ? name : candidate;
        }
        return name.isBlank() ? "data" : name;
    }

    private static Map<String, SortedMap<String, Object>> algorithms(ConfigSection root) {
        ConfigSection section = root.section("algorithms");
        Map<String, SortedMap<String, Object>> algorithms = new LinkedHashMap<>();
        section.values()
                .forEach(
                        (id, settings) -> {
                            SortedMap<String, Object> flat = new TreeMap<>();
                            if (settings instanceof Map<?, ?> map) {
                                flatten("", ConfigSection.mapping(map), flat);
                            } else if (settings != null) {
                                throw section.refused(id, "a mapping of settings", settings);
                            }
                            requireWords(flat.get(Sweep.COMMAND), section, id);
                            algorithms.put(id, flat);
                        });
        if (algorithms.isEmpty()) {
            throw root.refused("algorithms", "a mapping with at least one algorithm", null);
        }
        return algorithms;
    }

    /** The command of a learner, where there is one, is a list of words and nothing else. */
    private static void requireWords(Object command, ConfigSection section, String id) {
        boolean words =
                command instanceof List<?> list
                        && list.stream()
                                .allMatch(
                                        word ->
                                                word instanceof String text
                                                        && !text.isBlank()
                                                        && ForeignText.oneLine(text).equals(text));
        if (command != null && !words) {
            throw section.refused(
                    id + "." + Sweep.COMMAND, "a list of words, [python, learner.py]", command);
        }
    }

    private static void flatten(
            String prefix, Map<String, Object> nested, SortedMap<String, Object> flat) {
        nested.forEach(
                (key, value) -> {
                    if (value instanceof Map<?, ?> map) {
                        flatten(prefix + key + ".", ConfigSection.mapping(map), flat);
                    } else if (value == null || value instanceof List<?> list && list.isEmpty()) {
                        throw new UserError(
                                "expected a value for '"
                                        + prefix
                                        + key
                                        + "', found none; set it or"
                                        + " leave the key out");
                    } else {
                        flat.put(prefix + key, value);
                    }
                });
    }

    private static List<Long> seeds(ConfigSection root) {
        List<Long> seeds = new ArrayList<>();
        for (Object element : root.has("seeds") ? root.list("seeds") : List.of(0)) {
            boolean whole = element instanceof Integer || element instanceof Long;
            if (!whole || ((Number) element).longValue() < 0) {
                throw root.refused("seeds", "a list of whole numbers from 0", element);
            }
            if (seeds.contains(((Number) element).longValue())) {
                throw root.refused("seeds", "a list without repetitions", element + " twice");
            }
            seeds.add(((Number) element).longValue());
        }
        return seeds;
    }

    private static BudgetChoice budget(
            ConfigSection section, List<EnvironmentChoice> environments) {
        OptionalInt critics = published(section, "criticPerActor");
        BudgetChoice choice =
                new BudgetChoice(
                        published(section, "rounds"),
                        published(section, "gradientSteps"),
                        published(section, "slots"),
                        published(section, "batch"),
                        critics.isPresent() ? critics : publishedCritics(environments));
        section.requireAllRead();
        return choice;
    }

    private static EvaluationChoice evaluation(ConfigSection root) {
        if (root.has("evaluation") && Experiment.NONE.equals(root.raw("evaluation"))) {
            OptionalInt nothing = OptionalInt.empty();
            return new EvaluationChoice(
                    nothing, nothing, nothing, List.of(StartStates.INDEPENDENT), true);
        }
        ConfigSection section = root.section("evaluation");
        EvaluationChoice choice =
                new EvaluationChoice(
                        published(section, "every"),
                        published(section, "episodes"),
                        published(section, "finalEpisodes"),
                        section.choices("startStates", StartStates.INDEPENDENT),
                        false);
        section.requireAllRead();
        return choice;
    }

    /** The number that all tasks agree on; empty where they do not. */
    private static OptionalInt publishedCritics(List<EnvironmentChoice> environments) {
        List<OptionalInt> numbers =
                environments.stream()
                        .map(choice -> TaskCatalogue.find(choice.id()))
                        .map(
                                task ->
                                        task.map(one -> one.published().criticPerActor())
                                                .orElse(OptionalInt.empty()))
                        .distinct()
                        .toList();
        return numbers.size() == 1 ? numbers.get(0) : OptionalInt.empty();
    }

    /** Numbers, {@code published} or {@code all}; a list is a sweep. */
    private static List<Object> dataEpisodes(ConfigSection section) {
        List<Object> values = new ArrayList<>();
        Object raw = section.has("episodes") ? section.raw("episodes") : Experiment.PUBLISHED;
        for (Object value : raw instanceof List<?> list ? list : List.of(raw)) {
            boolean number = value instanceof Integer count && count > 0;
            if (!number && !Experiment.PUBLISHED.equals(value) && !Experiment.ALL.equals(value)) {
                throw section.refused("episodes", "published, all or a number of episodes", value);
            }
            values.add(value);
        }
        if (values.isEmpty()) {
            throw section.refused("episodes", "published, all or a number of episodes", "[]");
        }
        section.requireAllRead();
        return values;
    }

    /** {@code on} and {@code off} are truth values to some writers of YAML. */
    private static Kernels kernels(ConfigSection root) {
        return switch (String.valueOf(root.has("kernels") ? root.raw("kernels") : "on")) {
            case "on", "true" -> Kernels.ON;
            case "off", "false" -> Kernels.OFF;
            default -> throw root.refused("kernels", "on or off", root.raw("kernels"));
        };
    }

    /** A number from 1; empty for one that is published. */
    private static OptionalInt published(ConfigSection section, String key) {
        return !section.has(key) || Experiment.PUBLISHED.equals(section.raw(key))
                ? OptionalInt.empty()
                : OptionalInt.of(section.count(key, 1, 1, MAXIMUM));
    }
}
