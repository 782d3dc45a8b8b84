package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;

class LibraryFileTest {
    @Test
    void theUnpackedLibraryIsTheOneOfThisBuild() throws Exception {
        assumeTrue(NativeKernels.available(), NativeKernels.unavailableReason());
        Path unpacked = LibraryFile.unpack();
        String resource = Loader.getPlatform() + "/" + unpacked.getFileName();

        try (InputStream built = LibraryFile.class.getResourceAsStream(resource)) {
            assertThat(Files.readAllBytes(unpacked)).isEqualTo(built.readAllBytes());
        }
        assertThat(LibraryFile.unpack()).isEqualTo(unpacked);
        assertThat(unpacked.getParent().getFileName().toString())
                .matches("cfcql-native-[0-9a-f]{16}");
    }
}
