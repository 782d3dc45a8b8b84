package org.cfcql.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Commands of a test class find experiments and bridges in the checkout, as the launcher does. */
final class CheckoutHome implements BeforeAllCallback, AfterAllCallback {
    static final Path PATH = Path.of("../..").toAbsolutePath().normalize();

    private static final String PROPERTY = "cfcql.home";

    private String before;

    @Override
    public void beforeAll(ExtensionContext context) {
        before = System.setProperty(PROPERTY, PATH.toString());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }
}
