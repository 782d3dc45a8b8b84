package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who reads the actions of the next buffer index, and needs data that have them. */
class NextActionsTest {
    @ParameterizedTest
    @CsvSource({
        "maicq, '', '', true",
        "cfcql, '', '', false",
        "cfcql, cft, true, true",
        "cfcql, form, halfcheetah, true",
        "macql, form, halfcheetah, false",
        "icql, form, halfcheetah, false",
        "td3-bc, '', '', false",
        "awac, '', '', false",
    })
    void onlyUpdatesThatUseThemAskForThem(String id, String key, String value, boolean reads) {
        Map<String, Object> keys = new TreeMap<>();
        if (!key.isEmpty()) {
            keys.put(key, value.equals("true") ? (Object) true : value);
        }
        if (Set.of("cfcql", "macql", "icql").contains(id)) {
            keys.put("alpha", 0.5);
        }
        assertThat(
                        Algorithms.find(id)
                                .configure(Toy.TASK, new Settings(id, keys), Track.EQUAL)
                                .readsNextActions())
                .isEqualTo(reads);
    }
}
