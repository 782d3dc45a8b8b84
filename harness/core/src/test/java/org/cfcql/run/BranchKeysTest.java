package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key belongs to the branch whose learner reads it. */
class BranchKeysTest {
    private static Set<String> keys(String algorithm, Branch branch, Map<String, ?> settings) {
        return BranchKeys.of(Algorithms.find(algorithm), branch, settings);
    }

    @ParameterizedTest
    @CsvSource({
        "macql, macql.sampling, DISCRETE",
        "macql, macql.samples, DISCRETE",
        "macql, macql.policyImprovement, CONTINUOUS",
        "cfcql, td.lambda, DISCRETE",
        "cfcql, target.interval, DISCRETE",
        "cfcql, behaviour.lr, DISCRETE",
        "cfcql, sequences, DISCRETE",
        "cfcql, cfp, CONTINUOUS",
        "cfcql, cft, CONTINUOUS",
        "cfcql, reward.aggregation, CONTINUOUS",
        "cfcql, norm.input, CONTINUOUS",
        "cfcql, lse.logp, CONTINUOUS",
        "cfcql, lse.nextOthers, CONTINUOUS",
        "cfcql, criticPerActor, CONTINUOUS"
    })
    void aKeyIsKnownInItsBranchAlone(String algorithm, String key, Branch branch) {
        Branch other = branch == Branch.DISCRETE ? Branch.CONTINUOUS : Branch.DISCRETE;
        assertThat(keys(algorithm, branch, Map.of(key, "any"))).contains(key, "alpha", "lr");
        assertThat(keys(algorithm, other, Map.of(key, "any"))).contains("alpha", "lr");
        assertThat(keys(algorithm, other, Map.of(key, "any"))).doesNotContain(key);
    }

    @Test
    void keysThatMatterBesideOthersOnlyAreKnownBesideThem() {
        assertThat(keys("cfcql", Branch.CONTINUOUS, Map.of("lambda.mode", "softmax")))
                .contains("lambda.tau", "vae.hidden");
    }

    @Test
    void valuesOfASweepAndValuesThatAreNoneDoNotStandInTheWay() {
        Map<String, Object> swept = Map.of("lr", List.of(0.1, 0.2), "gamma", "high");
        assertThat(keys("cfcql", Branch.DISCRETE, swept)).contains("lr", "gamma", "td.lambda");
    }
}
