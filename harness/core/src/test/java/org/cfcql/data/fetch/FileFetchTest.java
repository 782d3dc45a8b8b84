package org.cfcql.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.cfcql.data.ContentHash;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileFetchTest {
    private static final Patience SHORT =
            new Patience(Duration.ofSeconds(20), Duration.ofMillis(5), 3);
    private static final Patience SHORTER =
            new Patience(Duration.ofMillis(400), Duration.ofMillis(5), 2);
    private static final byte[] CONTENT = content(300_000, 7);

    @TempDir Path folder;
    private UnreliableServer server;
    private Path target;
    private Path partial;
    private String hash;

    @BeforeEach
    void serve() throws IOException {
        server = new UnreliableServer(CONTENT);
        target = folder.resolve("größe.h5");
        partial = folder.resolve("größe.h5.partial");
        hash = ContentHash.ofFile(Files.write(folder.resolve("content"), CONTENT));
        Files.delete(folder.resolve("content"));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void aFileHasItsNameWhenItHasItsHash() {
        FileFetch.Fetched fetched = fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(fetched).isEqualTo(new FileFetch.Fetched(target, CONTENT.length, false));
        assertThat(folder.toFile().list()).containsExactly("größe.h5");
    }

    @Test
    void aFileThatIsThereIsNotAskedFor() {
        fetch(hash);
        assertThat(fetch(hash.toUpperCase(Locale.ROOT)).wasThere()).isTrue();
        assertThat(server.offsets()).containsExactly(0L);
        String other = "0".repeat(64);
        assertThatThrownBy(() -> fetch(other))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(other)
                .hasMessageContaining(hash);
        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void aFolderGetsTheFileUnderTheNameOfItsAddress() {
        String address = server.address("data/gr%C3%B6%C3%9Fe.h5?key=1/2");
        FileFetch.of(address, hash, folder, SHORT).fetch((bytes, total) -> {});
        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void aBrokenConnectionIsContinuedWhereItBroke() {
        server.cutsAfter(100_000, 50_000, 0, 0);
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(server.offsets()).hasSize(5).startsWith(0L).isSorted().endsWith(150_000L);
    }

    @Test
    void aServerThatKnowsNoRangesIsAskedForAllOfIt() {
        server.ignoresRanges();
        server.cutsAfter(100_000);
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(server.offsets()).containsExactly(0L, 100_000L);
    }

    @Test
    void anotherRangeThanTheOneAskedForIsNotBelieved() {
        server.shiftsRanges();
        server.cutsAfter(100_000);
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(server.offsets()).containsExactly(0L, 100_000L, 0L);
    }

    @Test
    void whatCameIsKeptForTheNextCommand() {
        server.cutsAfter(100_000, 0, 0, 0);
        assertThatThrownBy(() -> fetch(hash))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("3 times without getting further")
                .hasMessageContaining("100000 bytes are kept in " + partial)
                .hasMessageNotContaining("\n");
        assertThat(partial).hasSize(100_000);
        assertThat(target).doesNotExist();
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(server.offsets()).endsWith(100_000L);
        assertThat(folder.toFile().list()).containsExactly("größe.h5");
    }

    @Test
    void whatAnEarlierCommandKeptOfAnotherFileIsFetchedAnew() throws IOException {
        Files.write(partial, content(100_000, 8));
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(server.offsets()).containsExactly(100_000L, 0L);
    }

    @Test
    void whatAnEarlierCommandFetchedToItsEndIsTaken() throws IOException {
        Files.write(partial, CONTENT);
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        Files.delete(target);
        Files.write(partial, Arrays.copyOf(CONTENT, CONTENT.length + 5));
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void anotherHashIsRefusedWithBothAndNothingIsKept() {
        String other = "0".repeat(64);
        assertThatThrownBy(() -> fetch(other))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected SHA-256 " + other)
                .hasMessageContaining("found " + hash + " of 300000 bytes; nothing was kept");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aLengthThatIsTooSmallGivesAnotherHash() {
        server.saysLength(299_999);
        assertThatThrownBy(() -> fetch(hash))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("of 299999 bytes; nothing was kept");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aLengthThatIsTooLargeIsNoReasonToDistrustTheHash() {
        server.saysLength(300_001);
        server.ignoresRanges();
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void aServerThatHangsIsLeft() {
        server.hangsAfter(100_000);
        FileFetch fetch = FileFetch.of(server.address("file"), hash, target, SHORTER);
        assertThatThrownBy(() -> fetch.fetch((bytes, total) -> {}))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("found silence for 0 seconds")
                .hasMessageContaining("100000 bytes are kept");
        server.hangsAfter(-1);
        assertThatThrownBy(() -> fetch.fetch((bytes, total) -> {}))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("100000 bytes are kept");
        assertThat(partial).hasSize(100_000);
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() {
        server.answers(503, 429);
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
        server.answers(500, 500, 500);
        assertThatThrownBy(() -> fetchTo(folder.resolve("other")))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("found status 500, 3 times")
                .hasMessageContaining("nothing was kept");
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeNotThere() {
        server.answers(404);
        assertThatThrownBy(() -> fetch(hash))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found status 404; look at the address");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void nobodyAtTheAddressIsSaid() throws IOException {
        server.close();
        assertThatThrownBy(() -> fetch(hash))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("found no connection, 3 times");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aRedirectionIsFollowed() {
        server.redirects("elsewhere");
        fetch(hash);
        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void twoCommandsDoNotWriteTheSameFile() {
        Path lockFile = folder.resolve("größe.h5.partial.lock");
        try (HeldLock lock = HeldLock.take(lockFile, "").orElseThrow()) {
            assertThatThrownBy(() -> fetch(hash))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("found another cfcql process writing to it");
            assertThat(lockFile).exists();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/file",
                "file:///etc/passwd",
                "https://name:word@host/file",
                "https:/file",
                "no address",
                "https://host/",
                "https://host",
                "https://host/a/..",
                "https://host/a%00b"
            })
    void anAddressThatIsNoneIsRefused(String address) {
        assertThatThrownBy(() -> FileFetch.of(address, hash, folder, SHORT))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("expected a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "zz"})
    void aHashThatIsNoneIsRefused(String some) {
        assertThatThrownBy(() -> FileFetch.of("https://host/file", some, target, SHORT))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("64 hexadecimal digits");
    }

    private FileFetch.Fetched fetch(String sha256) {
        return FileFetch.of(server.address("file"), sha256, target, SHORT)
                .fetch((bytes, total) -> {});
    }

    private void fetchTo(Path other) {
        FileFetch.of(server.address("file"), hash, other, SHORT).fetch((bytes, total) -> {});
    }

    private static byte[] content(int bytes, int seed) {
        byte[] content = new byte[bytes];
        for (int index = 0; index < bytes; index++) {
            content[index] = (byte) (index * 31 + index / 256 * seed);
        }
        return content;
    }
}
