package org.cfcql.report.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cfcql.report.Fixture;
import org.cfcql.report.KnownAlgorithms;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.RunReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in a headless Chromium, as a reader would: from a file, without network. */
final class ReportPageTest {
    private static final List<String> ARGUMENTS =
            List.of(
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--no-first-run");

    @TempDir private static Path folder;
    private static Playwright playwright;
    private static Browser browser;
    private static Path page;

    private final List<String> messages = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    @BeforeAll
    static void open() {
        page =
                ReportFolder.write(
                        Report.of(
                                List.of(RunReader.read(Fixture.RUN)),
                                KnownAlgorithms.publications()),
                        folder);
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(chromium())
                                        .setArgs(ARGUMENTS));
    }

    @AfterAll
    static void close() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @Test
    void tablesAndCurvesAreThereAndNothingIsFetched() {
        try (BrowserContext context = browser.newContext()) {
            Page shown = show(context);
            // 2 algorithms, each two seeds and a mean.
            assertThat(shown.locator("#curves-0 svg .scatterlayer .trace").count()).isEqualTo(6);
            assertThat(shown.locator("#curves-0 svg .shapelayer path").count()).isEqualTo(3);
            assertThat(shown.locator("h1").innerText()).isEqualTo("fixture");
            assertThat(shown.locator(".comparison tbody tr").first().innerText())
                    .contains("cfcql")
                    .contains("62.2 ± 8.1");
            assertThat(shown.locator("#open tbody tr").count()).isEqualTo(2);
            assertThat(shown.locator("#provenance details").count()).isEqualTo(6);
            assertNothingWentWrong();
        }
    }

    @Test
    void trainingMetricsAreDrawnWhenOpened() {
        try (BrowserContext context = browser.newContext()) {
            Page shown = show(context);
            shown.locator("details.metrics summary").click();
            // Two algorithms with two seeds each; the mean of a loss over seeds says nothing.
            shown.waitForSelector("#curves-0-metrics svg .scatterlayer .trace");
            assertThat(shown.locator("#curves-0-metrics svg .scatterlayer .trace").count())
                    .isEqualTo(4);
            shown.locator("#curves-0-metric").selectOption("td_loss");
            assertThat(shown.locator("#curves-0-metrics .ytitle").innerHTML()).contains("td_loss");
            assertNothingWentWrong();
        }
    }

    @Test
    void notesAreShownButCannotRunOrFetch() {
        try (BrowserContext context = browser.newContext()) {
            Page shown = show(context);
            assertThat(shown.locator(".notes strong").innerText()).isEqualTo("invented");
            assertThat(shown.locator(".notes table").count()).isEqualTo(1);
            assertThat(shown.locator(".notes img, .notes script").count()).isZero();
            assertNothingWentWrong();
        }
    }

    @Test
    void aPhoneScrollsTablesAndNotThePage() {
        Browser.NewContextOptions phone =
                new Browser.NewContextOptions()
                        .setViewportSize(390, 844)
                        .setColorScheme(ColorScheme.DARK);
        try (BrowserContext context = browser.newContext(phone)) {
            Page shown = show(context);
            Object overflow =
                    shown.evaluate(
                            "document.documentElement.scrollWidth"
                                    + " - document.documentElement.clientWidth");
            assertThat(overflow).isEqualTo(0);
            Object background = shown.evaluate("getComputedStyle(document.body).backgroundColor");
            assertThat(background).isEqualTo("rgb(18, 22, 28)");
            assertNothingWentWrong();
        }
    }

    @Test
    void figuresAreDrawnWithAPointPerSeedAndABarPerMean() {
        MadeUpRun run = new MadeUpRun(folder.resolve("lines"));
        for (int agents : List.of(2, 4, 8)) {
            for (long seed : List.of(0L, 1L)) {
                String task = "equal_line/" + agents;
                run.cell("cfcql", "", task, "expert", 8, seed, 7 + seed).values(9);
                run.cell("macql", "", task, "expert", 8, seed, 8.0 / agents + seed);
            }
        }
        Path figures = ReportFolder.write(run.report(), folder.resolve("figures"));
        try (BrowserContext context = browser.newContext()) {
            Page shown = show(context, figures);
            // Two lines: two seeds and a mean each; three bars at each mean.
            assertThat(shown.locator("#figure-0 svg .scatterlayer .trace").count()).isEqualTo(6);
            assertThat(shown.locator("#figure-0 svg .errorbar").count()).isEqualTo(6);
            assertThat(shown.locator("#figure-0 .xtitle").innerHTML()).isEqualTo("n");
            assertThat(shown.locator("#values-0 svg .scatterlayer .trace").count()).isEqualTo(3);
            assertThat(shown.locator("#curves-0 .xtitle").innerHTML()).isEqualTo("gradient steps");
            assertNothingWentWrong();
        }
    }

    private Page show(BrowserContext context) {
        return show(context, page);
    }

    private Page show(BrowserContext context, Path page) {
        context.setOffline(true);
        Page shown = context.newPage();
        shown.onConsoleMessage(this::remember);
        shown.onPageError(messages::add);
        shown.onRequest(request -> requests.add(request.url()));
        shown.navigate("file://" + page.toAbsolutePath());
        shown.waitForSelector("#curves-0 svg .scatterlayer .trace");
        return shown;
    }

    private void remember(ConsoleMessage message) {
        if (!message.type().equals("log")) {
            messages.add(message.type() + ": " + message.text());
        }
    }

    private void assertNothingWentWrong() {
        assertThat(messages).as("messages of the console").isEmpty();
        assertThat(requests)
                .as("requests")
                .isNotEmpty()
                .allMatch(
                        url ->
                                url.startsWith("file:")
                                        || url.startsWith("data:")
                                        || url.startsWith("blob:"));
        assertThat(requests.stream().filter(url -> url.startsWith("file:"))).hasSize(1);
    }

    private static Path chromium() {
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
