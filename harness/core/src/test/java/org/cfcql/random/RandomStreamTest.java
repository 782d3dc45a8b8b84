package org.cfcql.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    @Test
    void firstBlockOfKeyZeroIsTheKnownAnswerOfThePublishedGenerator() {
        RandomStream stream = new RandomStream(0);

        // Random123's known-answer file, philox4x32 10 rounds, counter 0, key 0.
        assertThat(stream.nextInt()).isEqualTo(0x6627e8d5);
        assertThat(stream.nextInt()).isEqualTo(0xe169c58d);
        assertThat(stream.nextInt()).isEqualTo(0xbc57ac4c);
        assertThat(stream.nextInt()).isEqualTo(0x9b00dbd8);
    }

    @Test
    void aRestoredStreamContinuesWithTheSameNumbers() {
        RandomStream stream = new SeedTree(7).child("sampler").stream();
        for (int draw = 0; draw < 13; draw++) {
            stream.nextInt();
        }
        RandomStream restored = new RandomStream(stream.state());

        float[] expected = new float[9];
        float[] found = new float[9];
        stream.fillNormal(expected);
        restored.fillNormal(found);

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void boundedIntegersStayInBoundsAndReachBothEnds() {
        RandomStream stream = new RandomStream(3);
        int[] counts = new int[7];
        for (int draw = 0; draw < 70_000; draw++) {
            counts[stream.nextInt(7)]++;
        }
        for (int count : counts) {
            // Six standard deviations of a binomial with 70 000 draws and probability 1/7.
            assertThat(count).isCloseTo(10_000, within(560));
        }
    }

    @Test
    void manyBoundedIntegersAreThoseDrawnOneByOne() {
        // About a third of the words is rejected.
        int bound = 1_500_000_001;
        RandomStream single = new RandomStream(4);
        RandomStream many = new RandomStream(4);
        LongBuffer found = LongBuffer.allocate(1001);
        many.fillIntegers(found, bound);
        for (int draw = 0; draw < 1001; draw++) {
            assertThat(found.get(draw)).as("draw %d", draw).isEqualTo(single.nextInt(bound));
        }
        assertThat(many.state()).isEqualTo(single.state());
    }

    @Test
    void normalNumbersHaveUnitVarianceAndNoMean() {
        float[] numbers = new float[200_001];
        new RandomStream(5).fillNormal(numbers);
        double sum = 0;
        double squares = 0;
        for (float number : numbers) {
            sum += number;
            squares += (double) number * number;
        }
        assertThat(sum / numbers.length).isCloseTo(0, within(0.012));
        assertThat(squares / numbers.length).isCloseTo(1, within(0.016));
    }

    @Test
    void neighbouringNormalNumbersAreUncorrelated() {
        float[] numbers = new float[200_000];
        new RandomStream(5).fillNormal(numbers);
        for (int distance = 1; distance <= 3; distance++) {
            double sum = 0;
            for (int index = distance; index < numbers.length; index++) {
                sum += (double) numbers[index] * numbers[index - distance];
            }
            // Five standard deviations of a mean of as many products.
            assertThat(sum / numbers.length)
                    .as("distance %d", distance)
                    .isCloseTo(0, within(0.012));
        }
    }

    @Test
    void childrenOfOtherSeedsAreOthers() {
        assertThat(new SeedTree(0).child("noise")).isNotEqualTo(new SeedTree(1).child("noise"));
        assertThat(new SeedTree(0).child(3)).isNotEqualTo(new SeedTree(1).child(3));
    }

    @Test
    void siblingsOfTheSeedTreeDiffer() {
        SeedTree root = new SeedTree(0);
        assertThat(root.child("noise").seed()).isNotEqualTo(root.child("sampler").seed());
        assertThat(root.child(0).seed()).isNotEqualTo(root.child(1).seed());
        assertThat(root.child("noise")).isEqualTo(new SeedTree(0).child("noise"));
    }
}
