package org.cfcql.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each byte behind the header belongs to exactly one tensor. */
class SafetensorsTest {
    private static final String A = "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

    @TempDir private Path folder;

    @Test
    void aSoundFileIsReadInAnyOrderOfItsHeader() throws IOException {
        Safetensors read =
                Safetensors.read(
                        file(
                                "{'b':{'dtype':'F32','shape':[],'data_offsets':[8,12]}," + A + "}",
                                12));
        assertThat(read.names()).containsExactly("b", "a");
        assertThat(read.shape("a")).isEqualTo(List.of(2L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // 2^32 and 2^32 + 8: an int wraps to 0 and 8.
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4294967296,4294967304]}}",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[18446744073709551616,8]}}",
                "{" + A + ",'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                "{" + A + ",'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':null,'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,16]}}",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':null}}",
                "{'a':{'dtype':'F16','shape':[4],'data_offsets':[0,8]}}",
                "{'a':null}",
                "{" + A + "," + A + "}",
                "[]",
                "null",
                "7",
                "{"
            })
    void aHeaderThatLiesIsRefused(String header) throws IOException {
        Path file = file(header, 8);
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected a safetensors file at " + file)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 9, 1L << 40, Long.MAX_VALUE})
    void aHeaderOfAnotherLengthIsRefused(long length) throws IOException {
        Path file = file("{" + A + "}", 8);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        Files.write(file, bytes);
        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(UserError.class);
    }

    @Test
    void aCutFileIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file("{" + A + "}", 8));
        for (int length : new int[] {0, 3, 8, whole.length - 1}) {
            Path cut = folder.resolve("cut-" + length);
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Safetensors.read(cut)).isInstanceOf(UserError.class);
        }
    }

    private Path file(String header, int bytes) throws IOException {
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(Long.BYTES + text.length + bytes);
        content.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
        return Files.write(folder.resolve("file.safetensors"), content.array());
    }
}
