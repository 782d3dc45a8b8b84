package org.cfcql.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.cfcql.error.ForeignText;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.UserError;

/**
 * A jar from a plug-in folder. It is loaded as a module of its own above the harness, so that two
 * jars with classes of one name do not disturb each other.
 *
 * @param path the file
 * @param sha256 hash of its content, 64 hexadecimal digits
 */
public record PluginJar(Path path, String sha256) {
    /**
     * A jar with its hash.
     *
     * @throws UserError if it cannot be read
     */
    static PluginJar of(Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            DigestInputStream reading = new DigestInputStream(file, digest);
            reading.transferTo(OutputStream.nullOutputStream());
            return new PluginJar(path, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException unreadable) {
            throw refused(path, "it cannot be read", unreadable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new HarnessBug("every Java has SHA-256", impossible);
        }
    }

    /** Name of the file, for listings. */
    public String name() {
        return path.getFileName().toString();
    }

    /**
     * What the jar offers of a service, at least one.
     *
     * @throws UserError if it does not load or offers none
     */
    public <T> List<T> services(Class<T> type) {
        List<T> services = new ArrayList<>();
        try {
            ModuleFinder finder = ModuleFinder.of(path);
            for (ModuleReference module : finder.findAll()) {
                Configuration configuration =
                        ModuleLayer.boot()
                                .configuration()
                                .resolve(
                                        finder,
                                        ModuleFinder.of(),
                                        Set.of(module.descriptor().name()));
                ModuleLayer layer =
                        ModuleLayer.boot()
                                .defineModulesWithOneLoader(
                                        configuration, PluginJar.class.getClassLoader());
                ServiceLoader.load(layer, type).forEach(services::add);
            }
        } catch (FindException
                | ResolutionException
                | LayerInstantiationException
                | ServiceConfigurationError
                | LinkageError unfit) {
            throw refused(path, reason(unfit), unfit);
        }
        if (services.isEmpty()) {
            throw refused(path, "it has no line in META-INF/services/" + type.getName(), null);
        }
        return List.copyOf(services);
    }

    /** The innermost cause says what is wrong, the outer ones what was attempted. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost == failure && failure instanceof ServiceConfigurationError
                ? failure.getMessage()
                : innermost.toString();
    }

    private static UserError refused(Path path, String why, Throwable cause) {
        return new UserError(
                "expected a jar with algorithms of this version of the harness at "
                        + path
                        + ", found that "
                        + ForeignText.oneLine(why)
                        + "; build it again or take it out of the folder",
                cause);
    }
}
