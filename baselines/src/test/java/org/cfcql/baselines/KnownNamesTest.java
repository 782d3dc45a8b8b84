package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.learn.KnownName;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.run.experiment.NamedAlgorithms;
import org.junit.jupiter.api.Test;

/** Names of other projects' baselines in an experiment. */
final class KnownNamesTest {
    private static final int EPISODE_LIMIT = 25;

    @Test
    void aNameBecomesAnIdWithItsSwitchesAndALineSaysSo() {
        NamedAlgorithms named = NamedAlgorithms.of(asked("iql+cql", "bc", "IDDPG+BC", "qmix+cql"));
        assertThat(named.algorithms().keySet()).containsExactly("icql", "bc", "td3-bc", "macql");
        assertThat(named.algorithms().get("td3-bc")).containsEntry("critic", "independent");
        assertThat(named.meanings())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("iql+cql is icql with alpha=2, td.lambda=0 here"))
                .anyMatch(line -> line.startsWith("IDDPG+BC is td3-bc with "));
    }

    @Test
    void whatTheExperimentSetsPrevails() {
        SortedMap<String, Object> own = new TreeMap<>(Map.of("alpha", 7));
        NamedAlgorithms named = NamedAlgorithms.of(Map.of("qmix+cql", own));
        assertThat(named.algorithms().get("macql"))
                .containsEntry("alpha", 7)
                .containsEntry("macql.samples", 20);
        assertThat(named.meanings()).singleElement().asString().contains("alpha=7");
    }

    @Test
    void aNameOfTwoAlgorithmsIsRefusedWithBoth() {
        assertThatThrownBy(() -> NamedAlgorithms.of(asked("IQL")))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll("'IQL'", "icql (independent", "implicit-q-learning (imp");
    }

    @Test
    void twoNamesOfOneAlgorithmAreRefused() {
        assertThatThrownBy(() -> NamedAlgorithms.of(asked("icql", "iql+cql")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'icql' and 'iql+cql', which are both icql");
    }

    @Test
    void everyNamesSwitchesAreKeysOfItsAlgorithmOnItsBranch() {
        List<String> names = new ArrayList<>();
        for (Algorithm algorithm : Algorithms.all()) {
            for (KnownName known : algorithm.knownNames()) {
                names.add(known.name());
                Settings settings = new Settings(algorithm.id(), known.switches());
                Algorithms.configure(algorithm, task(known.branch()), settings, Track.EQUAL);
            }
        }
        assertThat(names).contains("iql+cql", "qmix+cql", "maddpg+cql", "iddpg+bc");
    }

    private static Map<String, SortedMap<String, Object>> asked(String... names) {
        Map<String, SortedMap<String, Object>> asked = new LinkedHashMap<>();
        for (String name : names) {
            asked.put(name, new TreeMap<>());
        }
        return asked;
    }

    private static TaskShape task(Branch branch) {
        boolean discrete = branch == Branch.DISCRETE;
        ActionSpace actions =
                discrete ? new ActionSpace.Discrete(4) : new ActionSpace.Box(2, -1, 1);
        String environment = discrete ? "smax/2s3z" : "mpe/simple_spread";
        return new TaskShape(environment, "medium", 3, 5, 15, actions, EPISODE_LIMIT);
    }
}
