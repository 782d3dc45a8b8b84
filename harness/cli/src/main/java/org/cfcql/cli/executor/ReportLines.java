package org.cfcql.cli.executor;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The reports among what a worker writes to standard output. A library may print there, even
 * without ever ending a line: of a line longer than any report only the beginning is kept.
 */
final class ReportLines implements AutoCloseable {
    static final int LONGEST_LINE = 1 << 20;
    private static final int CHUNK = 1 << 13;

    private final Reader reader;
    private final char[] chunk = new char[CHUNK];
    private final StringBuilder line = new StringBuilder();
    private final Consumer<String> foreign;
    private final StringBuilder foreignText = new StringBuilder();
    private int position;
    private int end;

    /**
     * Reads a stream.
     *
     * @param foreign gets the lines that are no reports, each with its end, several at once
     */
    ReportLines(InputStream source, Consumer<String> foreign) {
        this.foreign = foreign;
        reader = new InputStreamReader(source, StandardCharsets.UTF_8);
    }

    /** The next report; empty at the end of the stream. */
    Optional<WorkerReport> next() throws IOException {
        while (true) {
            if (position == end) {
                handOver();
                position = 0;
                end = reader.read(chunk);
                if (end < 0) {
                    end = 0;
                    Optional<WorkerReport> last = takeLine();
                    handOver();
                    return last;
                }
            }
            char character = chunk[position++];
            if (character != '\n') {
                if (line.length() <= LONGEST_LINE) {
                    line.append(character);
                }
                continue;
            }
            Optional<WorkerReport> report = takeLine();
            if (report.isPresent()) {
                handOver();
                return report;
            }
        }
    }

    private void handOver() {
        if (!foreignText.isEmpty()) {
            foreign.accept(foreignText.toString());
            foreignText.setLength(0);
        }
    }

    private Optional<WorkerReport> takeLine() {
        String text = line.toString();
        line.setLength(0);
        Optional<WorkerReport> report =
                text.length() > LONGEST_LINE ? Optional.empty() : WorkerReport.parse(text);
        if (report.isEmpty() && !text.isEmpty()) {
            foreignText.append(text).append('\n');
        }
        return report;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
