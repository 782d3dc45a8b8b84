package org.cfcql.cli.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedLogTest {
    private static final int LIMIT = 4096;
    private static final Pattern MARK =
            Pattern.compile("\n\\[cfcql left out (\\d+) bytes here; a log keeps[^\n]*\\]\n");

    @TempDir Path folder;
    private Path file;
    private long written;

    @BeforeEach
    void name() {
        file = folder.resolve("log.txt");
    }

    @Test
    void aShortLogIsKeptAsItIs() throws IOException {
        write("one\n", "two\n");
        write("three, after another start\n");
        assertThat(file).hasContent("one\ntwo\nthree, after another start\n");
    }

    @Test
    void aLongLogKeepsItsBeginningAndItsEndAndCountsWhatItLeftOut() throws IOException {
        write("the first words\n");
        for (int line = 0; line < 5000; line++) {
            write("line " + line + "\n");
            assertThat(Files.size(file)).isLessThanOrEqualTo(LIMIT);
        }
        write("the last words\n");
        String text = Files.readString(file);
        assertThat(text).startsWith("the first words\nline 0\n").endsWith("\nthe last words\n");
        assertThat(text).contains("\nline 4999\n").doesNotContain("line 2500");
        assertCounted(text);
    }

    @Test
    void theLinesThatAreKeptAreWhole() throws IOException {
        for (int line = 0; line < 2000; line++) {
            write("a line of its own\n");
        }
        String[] parts = MARK.split(Files.readString(file));
        assertThat(parts).hasSize(2);
        assertThat(parts[1].lines()).isNotEmpty().containsOnly("a line of its own");
    }

    @Test
    void aLogWithoutLineBreaksIsBoundedToo() throws IOException {
        for (int part = 0; part < 100; part++) {
            write("x".repeat(1000));
        }
        assertThat(Files.size(file)).isLessThanOrEqualTo(LIMIT);
        assertCounted(Files.readString(file));
    }

    @Test
    void aLogThatIsFarTooLongAlreadyIsShortenedAtTheNextWord() throws IOException {
        Files.writeString(file, "the first words\n" + "of an older version\n".repeat(1000));
        written = Files.size(file);
        write("now\n");
        String text = Files.readString(file);
        assertThat(text).startsWith("the first words\n").endsWith("of an older version\nnow\n");
        assertThat(text.length()).isLessThanOrEqualTo(LIMIT);
        assertCounted(text);
    }

    @Test
    void moreThanAQuarterAtOnceIsAMistakeOfTheCaller() throws IOException {
        try (BoundedLog log = new BoundedLog(file, LIMIT)) {
            assertThatThrownBy(() -> log.append(new byte[LIMIT], LIMIT / 4 + 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void write(String... texts) throws IOException {
        try (BoundedLog log = new BoundedLog(file, LIMIT)) {
            for (String text : List.of(texts)) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                log.append(bytes, bytes.length);
                written += bytes.length;
            }
        }
    }

    private void assertCounted(String text) {
        Matcher mark = MARK.matcher(text);
        assertThat(mark.find()).as(text).isTrue();
        long kept = text.length() - (mark.end() - mark.start());
        assertThat(kept + Long.parseLong(mark.group(1))).isEqualTo(written);
        assertThat(mark.find()).as("a second mark").isFalse();
    }
}
