package org.cfcql.data.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.cfcql.data.PartialFolder;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyFileTest {
    @TempDir Path folder;

    @Test
    void bytesAreThoseThatNumPyWrites() throws IOException {
        // numpy.save of numpy.array([[1, 2], [3, 4]], "<f4") in NumPy 2.4
        String numpy =
                "934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572"
                        + "273a2046616c73652c20277368617065273a2028322c2032292c207d"
                        + "20".repeat(58)
                        + "0a0000803f000000400000404000008040";
        Path file = folder.resolve("a.npy");
        try (NpyWriter writer = new NpyWriter(file, NpyType.FLOAT32, 2)) {
            writer.write(new float[] {1, 2, 3, 4, 99}, 4);
            writer.finish();
        }
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).isEqualTo(numpy);
    }

    @Property(tries = 30)
    void whatIsWrittenIsRead(
            @ForAll @Size(max = 50) float[] values, @ForAll @IntRange(min = 1, max = 7) int width)
            throws IOException {
        Path file = Files.createTempFile("cfcql", ".npy");
        int rows = values.length / width;
        try (NpyWriter writer = new NpyWriter(file, NpyType.FLOAT32, width)) {
            writer.write(values, rows * width);
            writer.finish();
        }
        NpyFile read = NpyFile.open(file);
        assertThat(read.shape()).containsExactly(rows, width);
        FloatBuffer copy = FloatBuffer.allocate(rows * width);
        read.copyFloats(0, rows, copy, 0);
        assertThat(copy.array()).isEqualTo(Arrays.copyOf(values, rows * width));
        Files.delete(file);
    }

    @ParameterizedTest
    @CsvSource({
        "<f8, False, 3",
        "<f8, True, 2",
        ">f4, False, 3",
        "<i8, False, 3",
        "<i2, True, 2",
        "|b1, False, 1",
        "|u1, False, 3"
    })
    void readsEveryTypeAndOrder(String descriptor, String fortran, double expected)
            throws IOException {
        // [[1, 2], [3, 4]] in memory order; the element in row 1, column 0 is asked for.
        Path file = folder.resolve("b.npy");
        Files.write(file, array(descriptor, fortran, "(2, 2)"));
        assertThat(NpyFile.open(file).value(1, 0)).isEqualTo(expected);
    }

    @Test
    void halfPrecisionIsReadToTheLastBit() throws IOException {
        // numpy.array([1.5, -2, 65504, 2 ** -24, 1 / 3, -0.0, inf], "<f2").view("<u2")
        int[] bits = {0x3E00, 0xC000, 0x7BFF, 0x0001, 0x3555, 0x8000, 0x7C00};
        double[] values = {1.5, -2, 65504, 0x1p-24, 0.333251953125, -0.0, Double.POSITIVE_INFINITY};
        double[] words = Arrays.stream(bits).asDoubleStream().toArray();
        for (String order : List.of("<", ">")) {
            byte[] bytes = RawNpy.bytes(order + "i2", "False", "(7,)", words);
            String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("i2", "f2");
            Path file = folder.resolve("half.npy");
            Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
            NpyFile half = NpyFile.open(file);
            for (int row = 0; row < values.length; row++) {
                assertThat(half.value(row, 0)).as("row " + row).isEqualTo(values[row]);
            }
        }
    }

    @Test
    void aCutFileIsRefusedWithBothSizes() throws IOException {
        Path file = folder.resolve("cut.npy");
        byte[] whole = array("<f8", "False", "(2, 2)");
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> NpyFile.open(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected " + whole.length + " bytes")
                .hasMessageContaining("found " + (whole.length - 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "|O; (2, 2); '|O'",
                "<U8; (2, 2); '<U8'",
                "<f8; (two, 2); plain array",
                "<f8; (999999999999999999, 999999999999999999); damaged"
            })
    void otherContentsAreRefused(String descriptor, String shape, String message)
            throws IOException {
        Path file = folder.resolve("bad.npy");
        Files.write(file, array(descriptor, "False", shape));
        assertThatThrownBy(() -> NpyFile.open(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
    }

    @Property(tries = 50)
    void anyBytesEitherOpenOrAreRefusedWithAUserError(@ForAll @Size(max = 200) byte[] bytes)
            throws IOException {
        Path file = Files.createTempFile("cfcql", ".npy");
        byte[] damaged = array("<f8", "False", "(2, 2)");
        for (int index = 0; index < bytes.length; index++) {
            damaged[(index * 31) % damaged.length] ^= bytes[index];
        }
        Files.write(file, damaged);
        try {
            assertThat(NpyFile.open(file).rows()).isNotNegative();
        } catch (UserError refused) {
            assertThat(refused.getMessage()).contains(file.toString()).doesNotContain("\n");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aFullDiskIsReportedByTheWriter() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "needs /dev/full");
        assertThatThrownBy(
                        () -> {
                            try (NpyWriter writer = new NpyWriter(full, NpyType.FLOAT32)) {
                                writer.write(new float[1 << 20], 1 << 20);
                            } catch (IOException e) {
                                throw PartialFolder.failure(full, e);
                            }
                        })
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("No space left");
    }

    /** [[1, 2], [3, 4]] in memory order. */
    private static byte[] array(String descriptor, String fortran, String shape) {
        return RawNpy.bytes(descriptor, fortran, shape, 1, 2, 3, 4);
    }
}
