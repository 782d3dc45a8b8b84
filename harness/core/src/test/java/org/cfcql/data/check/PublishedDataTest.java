package org.cfcql.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.Fixtures;
import org.cfcql.data.ReturnStatistics;
import org.cfcql.data.check.PublishedComparison.Distance;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedDataTest {
    @TempDir Path folder;
    private DatasetCard random;

    @BeforeEach
    void randomDataOfCooperativeNavigation() {
        random = Fixtures.write(folder.resolve("data"), 25, 3, 25);
    }

    @Test
    void everyPublishedSetHasAnEnvironmentAndItsCounts() {
        assertThat(PublishedData.all()).hasSize(56);
        assertThat(PublishedData.all()).extracting(PublishedData::name).doesNotHaveDuplicates();
        assertThat(PublishedData.all())
                .allMatch(row -> row.transitions() >= row.episodes() && row.episodes() > 0)
                .allMatch(row -> row.environment().matches("(mpe|smac|mamujoco)/[a-z0-9_-]+"))
                .contains(
                        new PublishedData(
                                "omar",
                                "mamujoco/halfcheetah-2x3",
                                "2halfcheetah",
                                "medium-replay",
                                423.4855,
                                655.6800,
                                460_000,
                                460));
    }

    @ParameterizedTest
    @CsvSource({
        "omar/simple_spread/random, omar/simple_spread/random",
        "OMAR/simple_spread/Random, omar/simple_spread/random",
        "omar, omar/simple_spread/random",
        "expert, omar/simple_spread/expert",
        "simple_tag, omar/simple_tag/random",
        "cfcql/2s3z/mixed, cfcql/2s3z/mixed"
    })
    void whatANameLeavesOutIsThatOfTheData(String asked, String found) {
        assertThat(PublishedData.named(asked, random))
                .extracting(PublishedData::name)
                .containsExactly(found);
    }

    @Test
    void aSourceThatIsLeftOutIsAny() {
        assertThat(PublishedData.named("5m_vs_6m/medium", random))
                .extracting(PublishedData::name)
                .containsExactly("omiga/5m_vs_6m/medium", "cfcql/5m_vs_6m/medium");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "omar/simple_spred/random; did you mean 'simple_spread'?",
                "whatever; known: omiga, cfcql, omar, 2c_vs_64zg",
                "''; known: omiga",
                "cfcql/simple_spread; known: omiga/2c_vs_64zg/poor, ",
                "random/omar; known: omiga/2c_vs_64zg/poor, ",
                "2s3z; expected published data of mpe/simple_spread, random, among"
                        + " cfcql/2s3z/mixed, cfcql/2s3z/medium-replay"
            })
    void aNameThatIsNoneIsRefusedWithThoseThatAre(String asked, String message) {
        assertThatThrownBy(() -> PublishedData.named(asked, random))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 40, 10, EQUAL, true",
        "100.009, 40, 10, EQUAL, true",
        "107, 40, 10, CLOSE, true",
        "93, 40, 10, CLOSE, true",
        "92, 40, 10, FAR, true",
        "109, 40, 10, FAR, true",
        "100, 41, 10, EQUAL, false",
        "100, 40, 11, EQUAL, false"
    })
    void countsAreEqualOrNotAndReturnsAreCloseOrNot(
            double mean, long transitions, int episodes, Distance distance, boolean agree) {
        PublishedData published =
                new PublishedData("omar", "mpe/simple_spread", "t", "random", 100, 40, 40, 10);
        PublishedComparison comparison =
                new PublishedComparison(published, card(mean, transitions, episodes));
        assertThat(comparison.distance()).isEqualTo(distance);
        assertThat(comparison.countsAgree()).isEqualTo(agree);
        assertThat(comparison.deviations()).isEqualTo(Math.abs(mean - 100) / 40);
        assertThat(comparison.otherEnvironment()).isFalse();
    }

    @Test
    void withoutADeviationReturnsAreEqualOrFar() {
        PublishedData good = PublishedData.named("omiga/5m_vs_6m/good", random).get(0);
        PublishedComparison comparison = new PublishedComparison(good, card(19.99, 27_734, 1001));
        assertThat(comparison.distance()).isEqualTo(Distance.FAR);
        assertThat(comparison.otherEnvironment()).isTrue();
        assertThat(new PublishedComparison(good, card(20, 27_734, 1001)).distance())
                .isEqualTo(Distance.EQUAL);
    }

    @Test
    void allOfItIsSaidWithBothNumbers() {
        PublishedData published = PublishedData.named("omar", random).get(0);
        Map<String, Object> said = new PublishedComparison(published, card(160, 500, 20)).toMap();
        assertThat(said)
                .containsEntry("name", "omar/simple_spread/random")
                .containsEntry("counts_agree", false)
                .containsEntry("return", "close")
                .containsEntry(
                        "transitions",
                        Map.of("here", 500L, "published", 1_000_000L, "difference", -999_500L));
        assertThat(((Map<?, ?>) said.get("std_return")).get("here"))
                .asInstanceOf(InstanceOfAssertFactories.DOUBLE)
                .isCloseTo(3 * Math.sqrt(0.95), within(1e-12));
    }

    private DatasetCard card(double mean, long transitions, int episodes) {
        return new DatasetCard(
                random.schema(),
                random.kind(),
                random.task(),
                episodes,
                transitions,
                transitions + episodes,
                new ReturnStatistics(mean, 3, 0, 200),
                random.fields(),
                random.hash(),
                random.made());
    }
}
