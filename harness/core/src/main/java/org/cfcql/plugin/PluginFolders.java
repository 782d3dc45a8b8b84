package org.cfcql.plugin;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;

/**
 * Where algorithms and environments of other people lie.
 *
 * @param folders absolute folders, in the order in which they are searched
 */
public record PluginFolders(List<Path> folders) {
    /** The variable that names the folders, as paths are listed on this system. */
    public static final String VARIABLE = "CFCQL_PLUGINS";

    /** Folder of the checkout that is read where the variable is not set; need not exist. */
    private static final String BY_DEFAULT = "plugins";

    /** Copies the list. */
    public PluginFolders {
        folders = List.copyOf(folders);
    }

    /**
     * The folders that the variables of a process say.
     *
     * @param home root of the checkout
     * @throws UserError if the variable names something that is no folder
     */
    public static PluginFolders of(Path home, Map<String, String> variables) {
        String named = variables.get(VARIABLE);
        if (named == null) {
            Path folder = home.resolve(BY_DEFAULT).toAbsolutePath().normalize();
            return new PluginFolders(Files.isDirectory(folder) ? List.of(folder) : List.of());
        }
        return new PluginFolders(
                Stream.of(named.split(Pattern.quote(File.pathSeparator)))
                        .filter(part -> !part.isBlank())
                        .map(PluginFolders::folder)
                        .toList());
    }

    /** Those of this process; the launcher names the checkout in {@code cfcql.home}. */
    public static PluginFolders ofThisProcess() {
        return of(Path.of(System.getProperty("cfcql.home", ".")), System.getenv());
    }

    private static Path folder(String text) {
        try {
            Path folder = Path.of(text).toAbsolutePath().normalize();
            if (Files.isDirectory(folder)) {
                return folder;
            }
        } catch (InvalidPathException noPath) {
            // Refused below.
        }
        throw new UserError(
                "expected folders in "
                        + VARIABLE
                        + ", found '"
                        + ForeignText.oneLine(text)
                        + "', which is none; mend or unset the variable");
    }

    /** What the variable has to be for another process to have the same folders. */
    public String variable() {
        return folders.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** The first folder's file of a name, if one has it. */
    public Optional<Path> file(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    /**
     * The jars in the folders, in their order and then by name.
     *
     * @throws UserError if a folder cannot be read
     */
    public List<PluginJar> jars() {
        return folders.stream().flatMap(folder -> jarsIn(folder).stream()).toList();
    }

    private static List<PluginJar> jarsIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .sorted()
                    .map(PluginJar::of)
                    .toList();
        } catch (IOException unreadable) {
            throw new UserError(
                    "expected a folder that can be read at " + folder + ", found none", unreadable);
        }
    }
}
