package org.cfcql.report.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;
import org.cfcql.error.HarnessBug;

/** Files on the class path that become part of the page. */
final class PageResources {
    private static final String WEBJAR = "META-INF/resources/webjars/plotly.js-dist/";
    private static final String WEBJAR_VERSION =
            "META-INF/maven/org.webjars.npm/plotly.js-dist/pom.properties";

    private PageResources() {}

    /** A text file of the report. */
    static String text(String name) {
        byte[] content =
                bytes(PageResources.class.getResourceAsStream("/org/cfcql/report/" + name), name);
        return new String(content, StandardCharsets.UTF_8);
    }

    /** Plotly, compressed with gzip and written in base 64. */
    static String plotLibrary() {
        ClassLoader loader = PageResources.class.getClassLoader();
        Properties properties = new Properties();
        try (InputStream stream = loader.getResourceAsStream(WEBJAR_VERSION)) {
            properties.load(stream);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        String name = WEBJAR + properties.getProperty("version") + "/plotly.js";
        byte[] library = bytes(loader.getResourceAsStream(name), name);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(library);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return Base64.getEncoder().encodeToString(compressed.toByteArray());
    }

    private static byte[] bytes(InputStream stream, String name) {
        if (stream == null) {
            throw new HarnessBug("expected " + name + " on the class path, found nothing");
        }
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
