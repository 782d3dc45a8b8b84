package org.cfcql.nativecode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.bytedeco.javacpp.Loader;

/**
 * Unpacks our C++ library next to JavaCPP's own libraries, into a folder named by its content.
 *
 * <p>JavaCPP's cache tells files apart by the name of the jar, time and size, and the jars of two
 * builds agree in all three; a process would then run with the kernels of another checkout.
 */
final class LibraryFile {
    private static final int HASH_CHARACTERS = 16;

    private LibraryFile() {}

    /**
     * The library of the host platform as a file.
     *
     * @throws UnsatisfiedLinkError if the build made none for this platform
     * @throws IOException if it cannot be written to the cache folder
     */
    static Path unpack() throws IOException {
        String name = System.mapLibraryName("jnicfcql");
        byte[] content = read(Loader.getPlatform() + "/" + name);
        Path folder = Loader.getCacheDir().toPath().resolve("cfcql-native-" + hash(content));
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, name, ".part");
            Files.write(fresh, content);
            // Another process may do the same; both move the same bytes.
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file.toAbsolutePath();
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream stream = LibraryFile.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new UnsatisfiedLinkError(
                        "no library for this platform; install g++ and build cfcql-native again");
            }
            return stream.readAllBytes();
        }
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
