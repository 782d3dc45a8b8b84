package org.cfcql.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The stored run folder: invented numbers, two algorithms with two seeds, one failed cell. */
public final class Fixture {
    public static final Path RUN = Path.of("src/test/resources/org/cfcql/report/run");

    private Fixture() {}

    /** A copy that a test may change. */
    public static Path copyTo(Path target) {
        try (Stream<Path> files = Files.walk(RUN)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(RUN.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return target;
    }

    /** Replaces a text in every file of this name. */
    public static void replace(Path run, String fileName, String text, String with) {
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(path -> path.endsWith(fileName)).toList()) {
                Files.writeString(file, Files.readString(file).replace(text, with));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The same in the plan, which writes tracks in capitals, and in every cell and result. */
    public static void replaceEverywhere(Path run, String text, String with) {
        replace(run, "plan.json", text.replace("\"equal\"", "\"EQUAL\""), with);
        replace(run, "cell.json", text, with);
        replace(run, "result.json", text, with);
    }

    public static String cell(String algorithm, int seed) {
        return "cells/"
                + algorithm
                + "__mpe-simple_spread__simple_spread-random__s"
                + seed
                + "__equal";
    }
}
