package org.cfcql.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting of every learner can be said by a golden file, or is known to change no update. */
class GoldenSettingsTest {

    /** Settings that open others; each learner takes those it knows. */
    private static final List<Map<String, Object>> MODES =
            List.of(
                    withRequired(Map.of()),
                    withRequired(Map.of("critic", "independent")),
                    withRequired(Map.of("form", "halfcheetah")),
                    withRequired(Map.of("lambda.mode", "softmax", "lambda.tau", 0.5)),
                    withRequired(Map.of("omarD.mode", "cem")),
                    withRequired(Map.of("madtkd.mode", "faithful", "returnConditioned", true)));

    private static final Path CORE = Path.of("..", "harness", "core", "src", "main", "java");
    private static final Path BASELINES = Path.of("src", "main", "java");

    private static final Pattern READ =
            Pattern.compile("\\.(?:number|count|flag|choice|text)\\(\\s*(\"[^\"]+\"|[A-Z_]+),");

    /** Settings of the play for online data; the harness reads them beside the learner. */
    private static final String ONLINE = "online.";

    static Stream<Algorithm> algorithms() {
        return ServiceLoader.load(Algorithm.class).stream().map(ServiceLoader.Provider::get);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void everySettingHasAGoldenKeyOrAReasonToHaveNone(Algorithm algorithm) {
        SortedMap<String, Object> read = read(algorithm);
        List<String> unmarked = new ArrayList<>();
        read.forEach(
                (setting, value) -> {
                    boolean said =
                            OwnKeys.IN_UPDATES.contains(setting)
                                    || algorithm.golden().ownSettings().contains(setting);
                    if (said == OwnKeys.NOT_IN_UPDATES.containsKey(setting)) {
                        unmarked.add(setting);
                    } else if (said) {
                        assertThat(translated(algorithm.id(), setting, value))
                                .as("%s says %s by its own name", algorithm.id(), setting)
                                .containsEntry(setting, plain(value));
                        assertThat(translated(algorithm.id(), OwnKeys.published(setting), value))
                                .as("%s says %s by its golden name", algorithm.id(), setting)
                                .containsEntry(setting, plain(value));
                    }
                });
        assertThat(unmarked)
                .as(
                        "settings of %s neither in OwnKeys.IN_UPDATES nor, with a reason, in"
                                + " NOT_IN_UPDATES",
                        algorithm.id())
                .isEmpty();
    }

    @Test
    void noSettingIsReadThatTheEnumerationMisses() throws IOException {
        TreeSet<String> enumerated = new TreeSet<>();
        algorithms().forEach(algorithm -> enumerated.addAll(read(algorithm).keySet()));
        TreeSet<String> written = new TreeSet<>(written(BASELINES));
        written.addAll(written(CORE));
        TreeSet<String> missed = new TreeSet<>(written);
        missed.removeAll(enumerated);
        missed.removeIf(setting -> setting.startsWith(ONLINE));
        assertThat(missed)
                .as("settings that sources read; add the mode that opens them to MODES")
                .isEmpty();
        assertThat(written).as("what the search of the sources finds").hasSizeGreaterThan(80);
        TreeSet<String> marked = new TreeSet<>(OwnKeys.IN_UPDATES);
        algorithms().forEach(algorithm -> marked.addAll(algorithm.golden().ownSettings()));
        marked.addAll(OwnKeys.NOT_IN_UPDATES.keySet());
        marked.removeIf(setting -> setting.startsWith(ONLINE));
        assertThat(marked).as("marked settings that no learner has").isSubsetOf(enumerated);
        assertThat(OwnKeys.NOT_IN_UPDATES.keySet())
                .containsAll(written.stream().filter(key -> key.startsWith(ONLINE)).toList());
    }

    @Test
    void aSettingWithoutEffectOnUpdatesIsRefusedWithItsReason() {
        assertThatThrownBy(() -> translated("cfcql", "vae_updates", 5))
                .isInstanceOf(GoldenMismatch.class)
                .hasMessageContaining("config.vae_updates: changes no update (it belongs to");
    }

    /** What has no published value for the task. */
    private static Map<String, Object> withRequired(Map<String, ?> mode) {
        Map<String, Object> settings = new TreeMap<>(mode);
        settings.put("alpha", 1);
        settings.put("omar.coefficient", 0.5);
        return settings;
    }

    /** Every setting a learner reads in any mode, with its value in force. */
    private static SortedMap<String, Object> read(Algorithm algorithm) {
        SortedMap<String, Object> read = new TreeMap<>();
        for (Branch branch : algorithm.capabilities().branches()) {
            for (Map<String, Object> mode : MODES) {
                TaskShape task = task(branch);
                Settings settings = Settings.offered(algorithm.id(), mode);
                algorithm.configure(task, settings, Track.EQUAL);
                read.putAll(settings.resolved());
            }
        }
        return read;
    }

    private static TaskShape task(Branch branch) {
        ActionSpace actions =
                branch == Branch.DISCRETE
                        ? new ActionSpace.Discrete(4)
                        : new ActionSpace.Box(2, -1, 1);
        return new TaskShape("toy", "other", 2, 3, 5, actions, 4);
    }

    private static Map<String, Object> translated(String algorithm, String key, Object value) {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.putPOJO(key, value);
        config = new ObjectMapper().convertValue(config, ObjectNode.class);
        return GoldenKeys.settings(algorithm, config);
    }

    private static Object plain(Object value) {
        return value instanceof Number number ? (Object) number.doubleValue() : value;
    }

    /** Settings whose name stands in a source, as text or as a constant of the same file. */
    private static List<String> written(Path sources) throws IOException {
        List<String> settings = new ArrayList<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String text = Files.readString(file);
                if (!text.contains("import org.cfcql.learn.Settings;")) {
                    continue;
                }
                Matcher matcher = READ.matcher(text);
                while (matcher.find()) {
                    settings.add(constant(text, matcher.group(1)));
                }
            }
        }
        return settings;
    }

    private static String constant(String text, String name) {
        if (name.startsWith("\"")) {
            return name.substring(1, name.length() - 1);
        }
        Matcher matcher = Pattern.compile("String " + name + " = \"([^\"]+)\";").matcher(text);
        assertThat(matcher.find()).as("constant " + name).isTrue();
        return matcher.group(1);
    }
}
