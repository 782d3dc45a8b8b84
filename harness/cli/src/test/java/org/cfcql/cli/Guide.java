package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of the documentation that is followed to the letter, in an empty folder: a block of code
 * below a line {@code `NAME`:} is written to that file, blocks of {@code sh} are run.
 */
final class Guide {
    /** What the page calls the checkout. */
    private static final String CHECKOUT = "CHECKOUT";

    /** What the launcher has on its class path; here the classes of the modules. */
    private static final String CLASS_PATH = CHECKOUT + "/harness/cli/target/lib/*";

    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?:^`([^`\n]+)`:\n\n)?^```(\\w+)\n(.*?)^```$",
                    Pattern.MULTILINE | Pattern.DOTALL);

    private final String text;
    private final Path folder;
    private final List<String> files = new ArrayList<>();

    /**
     * The part of a page below a heading.
     *
     * @param folder where to work
     */
    Guide(Path page, String heading, Path folder) throws IOException {
        String whole = Files.readString(page);
        int start = whole.indexOf("\n" + heading + "\n");
        assertThat(start).as("%s has no heading '%s'", page, heading).isNotNegative();
        int end = whole.indexOf("\n## ", start + 1);
        text = whole.substring(start, end < 0 ? whole.length() : end);
        this.folder = folder;
    }

    /**
     * Does what the page says.
     *
     * @param variables what commands find in their environment beside this process's variables
     * @return everything they printed
     */
    String follow(Map<String, String> variables) throws IOException, InterruptedException {
        StringBuilder printed = new StringBuilder();
        StringBuilder exports = new StringBuilder();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            String content = blocks.group(3);
            if (blocks.group(1) != null) {
                Path file = folder.resolve(blocks.group(1));
                Files.createDirectories(file.getParent());
                Files.writeString(file, content);
                files.add(blocks.group(1));
            } else if (blocks.group(2).equals("sh")) {
                Ended ended = new Shell(folder).run(exports + content, variables);
                assertThat(ended.code()).as("%s%n%s", content, ended.out()).isZero();
                printed.append(ended.out());
                // Another block is the same shell to a reader.
                content.lines()
                        .filter(line -> line.startsWith("export "))
                        .forEach(line -> exports.append(line).append('\n'));
            }
        }
        return printed.toString();
    }

    /** Files that the page tells its reader to write. */
    List<String> files() {
        return List.copyOf(files);
    }

    /** Runs commands in a folder, where {@code cfcql} is this build. */
    record Shell(Path folder) {
        /** Both streams of what commands print are in the result's first. */
        Ended run(String commands, Map<String, String> variables)
                throws IOException, InterruptedException {
            String script =
                    commands.replace(CLASS_PATH, classPath())
                            .replace(CHECKOUT, CheckoutHome.PATH.toString());
            ProcessBuilder builder =
                    new ProcessBuilder("bash", "-eu", "-o", "pipefail", "-c", script)
                            .directory(folder.toFile())
                            .redirectErrorStream(true);
            String first =
                    launcher().getParent()
                            + File.pathSeparator
                            + Path.of(System.getProperty("java.home"), "bin");
            builder.environment()
                    .compute("PATH", (name, path) -> first + File.pathSeparator + path);
            builder.environment().putAll(variables);
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output, "");
        }

        /** An empty element would be the folder that is worked in. */
        private static String classPath() {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(element -> !element.isEmpty())
                    .collect(Collectors.joining(File.pathSeparator));
        }

        /** Stands for the script {@code cfcql}, which needs jars that are made after the tests. */
        private Path launcher() throws IOException {
            Path script = folder.resolve(".launcher").resolve("cfcql");
            if (Files.exists(script)) {
                return script;
            }
            Files.createDirectories(script.getParent());
            String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
            String option = cache == null ? "" : " -Dorg.bytedeco.javacpp.cachedir=" + cache;
            Files.writeString(
                    script,
                    "#!/bin/sh\nexec java -Xmx512m -XX:+UseSerialGC -XX:-UsePerfData"
                            + " -Dorg.bytedeco.javacpp.nopointergc=true"
                            + option
                            + " -Dcfcql.home='"
                            + CheckoutHome.PATH
                            + "' -cp '"
                            + classPath()
                            + "' org.cfcql.cli.Main \"$@\"\n");
            assertThat(script.toFile().setExecutable(true)).isTrue();
            return script;
        }
    }

    /** Sizes of what a guide must not change: sources and locks of the checkout. */
    static SortedMap<String, Long> checkout() throws IOException {
        SortedMap<String, Long> sizes = new TreeMap<>();
        for (String part : List.of("env-bridges", "harness", "baselines", "experiments", "docs")) {
            try (Stream<Path> walk = Files.walk(CheckoutHome.PATH.resolve(part))) {
                for (Path file : walk.filter(Guide::source).toList()) {
                    sizes.put(file.toString(), Files.size(file));
                }
            }
        }
        return sizes;
    }

    private static boolean source(Path file) {
        String path = file.toString();
        return Files.isRegularFile(file)
                && !path.contains("/target/")
                && !path.contains("/__pycache__/")
                && !path.matches(".*/\\.[^/]*/.*");
    }
}
