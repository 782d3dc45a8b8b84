package org.cfcql.report.write;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A headless Chromium that opens pages from files, without network, and hears what goes wrong. */
final class Chromium implements AutoCloseable {
    private static final List<String> ARGUMENTS =
            List.of(
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--no-first-run");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> messages = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    Chromium() {
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(executable())
                                        .setArgs(ARGUMENTS));
    }

    BrowserContext reader(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setOffline(true);
        messages.clear();
        requests.clear();
        return context;
    }

    /** The page once its pictures are drawn. */
    Page show(BrowserContext context, Path file) {
        Page shown = context.newPage();
        shown.onConsoleMessage(this::remember);
        shown.onPageError(messages::add);
        shown.onRequest(request -> requests.add(request.url()));
        shown.navigate("file://" + file.toAbsolutePath());
        shown.waitForSelector("#picture-iqm svg .scatterlayer .trace");
        return shown;
    }

    /** What the console said that was more than a log line. */
    List<String> messages() {
        return messages;
    }

    /** Addresses that the page asked for, itself first. */
    List<String> requests() {
        return requests;
    }

    private void remember(ConsoleMessage message) {
        if (!message.type().equals("log")) {
            messages.add(message.type() + ": " + message.text());
        }
    }

    @Override
    public void close() {
        playwright.close();
    }

    private static Path executable() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(
                        name ->
                                Stream.of(System.getenv("PATH").split(":"))
                                        .map(entry -> Path.of(entry, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "expected a Chromium on the PATH, found none; run: make"
                                                + " chromium"));
    }
}
