package org.cfcql.outside;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.cfcql.error.UserError;

/**
 * The words that start a learner.
 *
 * @param words program and arguments, as the experiment writes them
 * @param folder what relative paths among them start from
 */
record OutsideCommand(List<String> words, Path folder) {
    /** Copies the list. */
    OutsideCommand {
        words = List.copyOf(words);
    }

    /** The words with the paths of files made absolute: it starts in a folder of its own. */
    List<String> absolute() {
        List<String> absolute = new ArrayList<>();
        for (int index = 0; index < words.size(); index++) {
            // A bare name is a program on the path, whatever lies here.
            boolean program = index == 0 && !words.get(0).contains("/");
            Path file = program ? onPath(words.get(0)) : file(words.get(index));
            absolute.add(file == null ? words.get(index) : file.toString());
        }
        return absolute;
    }

    /**
     * The files that it names with their SHA-256, {@code learner.py=0123...}; the program itself
     * only where no other word names one, because an interpreter is no part of the learner.
     */
    String hashes() {
        TreeMap<String, String> hashes = new TreeMap<>();
        for (int index = 1; index < words.size(); index++) {
            add(words.get(index), hashes);
        }
        if (hashes.isEmpty() && words.get(0).contains("/")) {
            add(words.get(0), hashes);
        }
        StringBuilder text = new StringBuilder();
        hashes.forEach(
                (name, hash) ->
                        text.append(text.isEmpty() ? "" : " ")
                                .append(name)
                                .append('=')
                                .append(hash));
        return text.toString();
    }

    private void add(String word, TreeMap<String, String> hashes) {
        Path file = file(word);
        if (file != null) {
            hashes.put(file.getFileName().toString(), sha256(file));
        }
    }

    /** Looked up here: what starts it may have a path of its own. */
    private static Path onPath(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String part : path.split(File.pathSeparator)) {
            Path program = Path.of(part.isEmpty() ? "." : part).resolve(name).toAbsolutePath();
            if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                return program;
            }
        }
        return null;
    }

    private static String sha256(Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        } catch (IOException unreadable) {
            throw new UserError(
                    "expected a readable file at "
                            + file
                            + ", which the command of a learner names, found none; check it",
                    unreadable);
        }
    }

    private Path file(String word) {
        try {
            Path file = folder.resolve(word).toAbsolutePath().normalize();
            return Files.isRegularFile(file) ? file : null;
        } catch (InvalidPathException noPath) {
            return null;
        }
    }
}
