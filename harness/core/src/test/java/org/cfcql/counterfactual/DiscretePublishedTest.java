package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DiscretePublishedTest {
    private static final List<String> MAPS = List.of("2s3z", "3s_vs_5z", "5m_vs_6m", "6h_vs_8z");
    private static final List<String> KINDS = List.of("medium", "medium-replay", "expert", "mixed");

    @Test
    void battlesOfSmaxTakeWhatIsPublishedForTheSameUnits() {
        for (String map : MAPS) {
            for (String kind : KINDS) {
                DiscretePublished published = DiscretePublished.of("smac/" + map, kind);
                assertThat(published.counterfactualAlpha()).as(map + " " + kind).isPresent();
                assertThat(DiscretePublished.of("smax/" + map, kind)).isEqualTo(published);
            }
        }
        DiscretePublished medium = DiscretePublished.of("smax/2s3z", "medium");
        assertThat(medium.counterfactualAlpha()).hasValue(0.1);
        assertThat(medium.tau()).isEqualTo(0.5);
        assertThat(DiscretePublished.of("smax/6h_vs_8z", "medium").tdLambda()).isEqualTo(0.3);
    }

    @Test
    void nothingIsPublishedForOtherTasksAndKinds() {
        assertThat(DiscretePublished.of("smax/2s3z", "other").counterfactualAlpha()).isEmpty();
        assertThat(DiscretePublished.of("equal_line/2", "expert").counterfactualAlpha()).isEmpty();
    }
}
