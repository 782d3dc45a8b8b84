package org.cfcql.env.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.cfcql.error.ForeignText;

/**
 * Drains a stream on a thread of its own and keeps its last lines, so a worker never blocks on it.
 * Whatever it prints, lines are lines that can be shown.
 */
final class OutputTail {
    private final Deque<String> lines = new ArrayDeque<>();
    private final StringBuilder current = new StringBuilder();
    private final Consumer<String> listener;
    private final Thread drain;

    /** Keeps the last lines only. */
    OutputTail(String name, InputStream stream) {
        this(name, stream, line -> {});
    }

    /** Also hands on every line as it ends. */
    OutputTail(String name, InputStream stream, Consumer<String> listener) {
        this.listener = listener;
        drain = new Thread(() -> drain(stream), name + "-stderr");
        drain.setDaemon(true);
        drain.start();
    }

    /** The last lines, oldest first. */
    synchronized List<String> lines() {
        List<String> copy = new ArrayList<>(lines);
        if (!current.isEmpty()) {
            copy.add(ForeignText.oneLine(current.toString()));
        }
        return List.copyOf(copy);
    }

    /** Waits until the stream has ended, so that a dead process' last words are there. */
    void awaitEnd(long waitMs) {
        try {
            drain.join(waitMs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(InputStream stream) {
        char[] chunk = new char[4096];
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            for (int read = reader.read(chunk); read >= 0; read = reader.read(chunk)) {
                append(chunk, read);
            }
        } catch (IOException closed) {
            append("(output lost: " + closed.getMessage() + ")\n");
        }
    }

    private void append(String text) {
        append(text.toCharArray(), text.length());
    }

    private synchronized void append(char[] text, int length) {
        for (int index = 0; index < length; index++) {
            if (text[index] == '\n') {
                lines.addLast(ForeignText.oneLine(current.toString()));
                listener.accept(lines.getLast());
                current.setLength(0);
                if (lines.size() > BridgeDefaults.ERROR_LINES) {
                    lines.removeFirst();
                }
            } else if (current.length() < BridgeDefaults.ERROR_LINE_CHARACTERS) {
                current.append(text[index]);
            }
        }
    }
}
