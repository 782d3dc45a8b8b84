package org.cfcql.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.cfcql.eval.EvaluationSeeds.StartStates;
import org.cfcql.random.SeedTree;
import org.junit.jupiter.api.Test;

class EvaluationSeedsTest {
    private static final String ID = "mpe/simple_spread";

    @Test
    void seedsAreThoseOfTheDocumentedPath() {
        SeedTree root = new SeedTree(5).child("evaluation").child(ID);
        EvaluationSeeds seeds = new EvaluationSeeds(5, ID, StartStates.INDEPENDENT);
        assertThat(seeds.evaluation(3, 8).get(7)).isEqualTo(root.child(3).child(7).seed());
        assertThat(seeds.finalEvaluation(8).get(7)).isEqualTo(root.child("final").child(7).seed());
    }

    @Test
    void evaluationsSeedsEnvironmentsAndCellsAllDiffer() {
        List<Long> all = new ArrayList<>();
        for (long cell = 0; cell < 3; cell++) {
            for (String id : List.of(ID, "mpe/simple_tag")) {
                EvaluationSeeds seeds = new EvaluationSeeds(cell, id, StartStates.INDEPENDENT);
                for (int index = 0; index < 20; index++) {
                    all.addAll(seeds.evaluation(index, 10));
                }
                all.addAll(seeds.finalEvaluation(100));
            }
        }
        assertThat(new HashSet<>(all)).hasSize(all.size());
    }

    @Test
    void moreEpisodesKeepTheFirstOnes() {
        EvaluationSeeds seeds = new EvaluationSeeds(1, ID, StartStates.INDEPENDENT);
        assertThat(seeds.finalEvaluation(100).subList(0, 10)).isEqualTo(seeds.finalEvaluation(10));
    }

    @Test
    void fixedStartsAreTheSameTenInEveryEvaluation() {
        EvaluationSeeds seeds = new EvaluationSeeds(1, ID, StartStates.FIXED10);
        List<Long> ten = seeds.evaluation(0, 10);
        assertThat(new HashSet<>(ten)).hasSize(10);
        assertThat(seeds.evaluation(9, 10)).isEqualTo(ten);
        assertThat(seeds.finalEvaluation(20).subList(10, 20)).isEqualTo(ten);
    }
}
