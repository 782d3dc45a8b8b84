package org.cfcql.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.cfcql.error.UserError;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;

/** Any bytes are tensors that lie in them, or a refusal. */
class SafetensorsFuzzTest {
    private static final String HEADER =
            "{\"__metadata__\": {\"a\": \"b\"},"
                    + " \"w\": {\"dtype\": \"F32\", \"shape\": [2, 3], \"data_offsets\": [0, 24]},"
                    + " \"v\": {\"dtype\": \"F64\", \"shape\": [2], \"data_offsets\": [24, 40]}}";
    private static final int BYTES = 40;

    private static Path file;

    @BeforeContainer
    static void name() throws IOException {
        file = Files.createTempFile("cfcql-fuzz", ".safetensors");
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(file);
    }

    @Property
    void damagedFilesAreReadWithinTheirBytesOrRefused(@ForAll long seed) throws IOException {
        RandomStream random = new RandomStream(seed);
        byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
        boolean inHeader = random.nextInt(2) == 0;
        byte[] lying = inHeader ? Damage.ofJson(header, random) : header;
        ByteBuffer content = ByteBuffer.allocate(Long.BYTES + lying.length + BYTES);
        content.order(ByteOrder.LITTLE_ENDIAN).putLong(lying.length).put(lying);
        Files.write(file, inHeader ? content.array() : Damage.ofBytes(content.array(), random));
        try {
            Safetensors read = Safetensors.read(file);
            long bytes = 0;
            for (String name : read.names()) {
                long elements = read.shape(name).stream().reduce(1L, (left, right) -> left * right);
                assertThat(elements).isBetween(0L, (long) BYTES);
                bytes += elements * Float.BYTES;
            }
            assertThat(bytes).isLessThanOrEqualTo(Files.size(file));
        } catch (UserError refused) {
            assertThat(refused.getMessage()).startsWith("expected").doesNotContain("\n");
        }
    }
}
