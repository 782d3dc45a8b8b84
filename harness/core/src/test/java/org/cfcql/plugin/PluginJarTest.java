package org.cfcql.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service of the tests stands for an algorithm: {@link IntSupplier}. */
class PluginJarTest {
    private static final String GREETER =
            """
            package outside;
            public final class Greeter implements java.util.function.IntSupplier {
                public int getAsInt() {
                    return %s;
                }
            }
            """;

    @TempDir Path folder;

    @Test
    void theServicesOfAJarAreFoundAndItsContentIsHashed() throws Exception {
        Path path = jar("greeter-1.0.jar", GREETER.formatted("7"), "outside.Greeter");
        PluginJar jar = only();
        assertThat(jar.services(IntSupplier.class))
                .extracting(IntSupplier::getAsInt)
                .containsExactly(7);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
        assertThat(jar.sha256()).isEqualTo(HexFormat.of().formatHex(digest));
        assertThat(jar.name()).isEqualTo("greeter-1.0.jar");
    }

    @Test
    void aJarSeesTheHarness() throws Exception {
        jar(
                "harness.jar",
                GREETER.formatted(
                        "new org.cfcql.plugin.PluginFolders(java.util.List.of()).folders().size() +"
                                + " 5"),
                "outside.Greeter");
        assertThat(only().services(IntSupplier.class))
                .extracting(IntSupplier::getAsInt)
                .containsExactly(5);
    }

    @Test
    void twoJarsWithClassesOfOneNameDoNotDisturbEachOther() throws Exception {
        jar("first.jar", GREETER.formatted("1"), "outside.Greeter");
        jar("second.jar", GREETER.formatted("2"), "outside.Greeter");
        assertThat(new PluginFolders(List.of(folder)).jars())
                .flatMap(jar -> jar.services(IntSupplier.class))
                .extracting(IntSupplier::getAsInt)
                .containsExactly(1, 2);
    }

    @Test
    void aJarThatIsNoArchiveIsNamed() throws IOException {
        Files.writeString(folder.resolve("text.jar"), "no archive at all");
        refused("text.jar");
    }

    @Test
    void aJarWithoutTheServiceIsNamed() throws Exception {
        jar("silent.jar", GREETER.formatted("0"), null);
        refused("silent.jar", "no line in META-INF/services/java.util.function.IntSupplier");
    }

    @Test
    void aServiceThatIsNotInTheJarIsNamed() throws Exception {
        jar("empty.jar", GREETER.formatted("0"), "outside.Absent");
        refused("empty.jar", "outside");
    }

    @Test
    void aServiceThatCannotBeMadeIsNamedWithTheReason() throws Exception {
        String failing =
                """
                package outside;
                public final class Greeter implements java.util.function.IntSupplier {
                    public Greeter() {
                        throw new IllegalStateException("not today");
                    }
                    public int getAsInt() {
                        return 0;
                    }
                }
                """;
        jar("failing.jar", failing, "outside.Greeter");
        refused("failing.jar", "not today");
    }

    @Test
    void aServiceOfAnotherKindIsNamed() throws Exception {
        String other = "package outside; public final class Greeter {}";
        jar("other.jar", other, "outside.Greeter");
        refused("other.jar", "outside.Greeter");
    }

    @Test
    void foldersComeFromTheVariableOrTheCheckout() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        assertThat(PluginFolders.of(folder, Map.of()).folders()).containsExactly(plugins);
        assertThat(PluginFolders.of(plugins, Map.of()).folders()).isEmpty();
        Map<String, String> two = Map.of("CFCQL_PLUGINS", plugins + ":" + folder + "/./:");
        PluginFolders named = PluginFolders.of(folder, two);
        assertThat(named.folders()).containsExactly(plugins, folder);
        assertThat(named.variable()).isEqualTo(plugins + ":" + folder);
        assertThat(PluginFolders.of(folder, Map.of("CFCQL_PLUGINS", "")).folders()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/no/such/folder", "/etc/passwd", "a\0b"})
    void aVariableThatNamesNoFolderIsRefused(String text) {
        assertThatThrownBy(() -> PluginFolders.of(folder, Map.of("CFCQL_PLUGINS", text)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected folders in CFCQL_PLUGINS, found '");
    }

    private PluginJar only() {
        List<PluginJar> jars = new PluginFolders(List.of(folder)).jars();
        assertThat(jars).hasSize(1);
        return jars.get(0);
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> only().services(IntSupplier.class))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("expected a jar with algorithms of this version")
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    /** Compiles one class and packs it, with a service line if a name is given. */
    private Path jar(String name, String source, String service) throws IOException {
        Path work = Files.createTempDirectory(folder, "work");
        Path file = Files.writeString(work.resolve("Greeter.java"), source);
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                work.toString(),
                                file.toString());
        assertThat(status).isZero();
        Path jar = folder.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("outside/Greeter.class"));
            out.write(Files.readAllBytes(work.resolve("outside/Greeter.class")));
            if (service != null) {
                out.putNextEntry(new JarEntry("META-INF/services/" + IntSupplier.class.getName()));
                out.write((service + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }
}
