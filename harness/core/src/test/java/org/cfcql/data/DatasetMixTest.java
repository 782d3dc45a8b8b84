package org.cfcql.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetMixTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesTheSameRandomNumbersOfBoth(boolean masked) {
        TaskCard task = DiscreteFixtures.task("smax/2s3z", TimeoutKind.TERMINAL, masked);
        Dataset first = written("first", task, 1, 2, 3, 4, 5, 6, 7, 8);
        Dataset second = written("second", task, 8, 7, 6, 5, 4, 3, 2, 1, 9, 9);
        Path target = folder.resolve("mixed");
        DatasetCard card = new DatasetMix(first, second).write(target, 6, 4, Fixtures.made());
        assertThat(DatasetVerifier.verify(target, true)).isEmpty();
        Dataset mixed = Dataset.open(target);
        List<Integer> chosen = new ArrayList<>();
        for (int episode = 0; episode < 3; episode++) {
            int number = mixed.length(episode) - 1;
            chosen.add(number);
            assertThat(mixed.length(3 + episode)).isEqualTo(8 - number);
            same(mixed, episode, first, number);
            same(mixed, 3 + episode, second, number);
        }
        assertThat(chosen).isSorted().doesNotHaveDuplicates();
        assertThat(card.kind()).isEqualTo("mixed");
        assertThat(card.made().notes())
                .containsEntry("firstHash", first.card().hash())
                .containsEntry("secondHash", second.card().hash())
                .containsEntry("firstKind", "first kind")
                .containsEntry("secondKind", "second kind")
                .containsEntry("episodesOfEach", "3");
    }

    @Test
    void anotherSeedTakesOtherEpisodesAndNoneTakesTheFirstHalf() {
        TaskCard task = DiscreteFixtures.task("smax/2s3z", TimeoutKind.TERMINAL, true);
        Dataset first = written("first", task, 1, 2, 3, 4, 5, 6, 7, 8);
        Dataset second = written("second", task, 8, 7, 6, 5, 4, 3, 2, 1);
        List<List<Integer>> lengths = new ArrayList<>();
        for (int seed = 1; seed <= 2; seed++) {
            Path target = folder.resolve("mixed" + seed);
            new DatasetMix(first, second).write(target, 8, seed, Fixtures.made());
            Dataset mixed = Dataset.open(target);
            lengths.add(IntStream.range(0, 4).mapToObj(mixed::length).toList());
        }
        assertThat(lengths.get(0)).isNotEqualTo(lengths.get(1));
        assertThat(lengths).doesNotContain(List.of(1, 2, 3, 4));
    }

    private static void same(Dataset mixed, int episode, Dataset source, int number) {
        for (var field : source.files().entrySet()) {
            if (field.getKey() == DatasetField.EPISODE_OFFSETS) {
                continue;
            }
            NpyFile found = mixed.file(field.getKey());
            for (int row = 0; row <= source.length(number); row++) {
                for (int column = 0; column < found.rowElements(); column++) {
                    assertThat(found.value(mixed.firstRow(episode) + row, column))
                            .as(field.getKey() + " of episode " + episode)
                            .isEqualTo(
                                    field.getValue().value(source.firstRow(number) + row, column));
                }
            }
        }
    }

    @Test
    void anotherEnvironmentOrTooManyEpisodesAreRefused() {
        TaskCard task = DiscreteFixtures.task("smax/2s3z", TimeoutKind.TERMINAL, true);
        Dataset first = written("first", task, 1, 2, 3);
        Dataset other =
                written(
                        "other",
                        DiscreteFixtures.task("smax/3s_vs_5z", TimeoutKind.TERMINAL, true),
                        1);
        assertThatThrownBy(() -> new DatasetMix(first, other))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("smax/3s_vs_5z");
        DatasetMix mix = new DatasetMix(first, first);
        for (int episodes : new int[] {0, 3, 8}) {
            assertThatThrownBy(
                            () -> mix.write(folder.resolve("mixed"), episodes, 0, Fixtures.made()))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("from 2 to 6, found " + episodes);
        }
    }

    private Dataset written(String name, TaskCard task, int... lengths) {
        DiscreteFixtures.write(folder.resolve(name), name + " kind", task, lengths);
        return Dataset.open(folder.resolve(name));
    }
}
