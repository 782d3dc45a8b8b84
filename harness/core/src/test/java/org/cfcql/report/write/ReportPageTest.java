package org.cfcql.report.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
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
    @TempDir private static Path folder;
    private static Chromium chromium;
    private static Path page;

    @BeforeAll
    static void open() {
        page =
                ReportFolder.write(
                        Report.of(
                                List.of(RunReader.read(Fixture.RUN)),
                                KnownAlgorithms.publications()),
                        folder);
        chromium = new Chromium();
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void tablesAndCurvesAreThereAndNothingIsFetched() {
        try (BrowserContext context = chromium.reader(new Browser.NewContextOptions())) {
            Page shown = show(context);
            draw(shown, "#curves-0");
            // 2 algorithms, each two seeds and a mean.
            assertThat(shown.locator("#curves-0 svg .scatterlayer .trace").count()).isEqualTo(6);
            assertThat(shown.locator("#curves-0 svg .shapelayer path").count()).isEqualTo(3);
            assertThat(shown.locator("h1").innerText()).isEqualTo("fixture");
            assertThat(shown.locator(".comparison tbody tr").first().innerText())
                    .contains("cfcql")
                    .contains("62.2 ± 8.1");
            assertThat(shown.locator("#open tbody tr").count()).isEqualTo(2);
            assertThat(shown.locator("#cells tbody tr").count()).isEqualTo(6);
            assertNothingWentWrong();
        }
    }

    @Test
    void trainingMetricsAreDrawnWhenOpened() {
        try (BrowserContext context = chromium.reader(new Browser.NewContextOptions())) {
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
        try (BrowserContext context = chromium.reader(new Browser.NewContextOptions())) {
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
        try (BrowserContext context = chromium.reader(phone)) {
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
        try (BrowserContext context = chromium.reader(new Browser.NewContextOptions())) {
            Page shown = show(context, figures);
            List.of("#figure-0", "#values-0", "#curves-0").forEach(chart -> draw(shown, chart));
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
        return chromium.show(context, page);
    }

    /** Curves are drawn when they come into sight. */
    private static void draw(Page shown, String chart) {
        shown.locator(chart).scrollIntoViewIfNeeded();
        shown.waitForSelector(chart + " svg .scatterlayer .trace");
    }

    private void assertNothingWentWrong() {
        assertThat(chromium.messages()).as("messages of the console").isEmpty();
        assertThat(chromium.requests())
                .as("requests")
                .isNotEmpty()
                .allMatch(
                        url ->
                                url.startsWith("file:")
                                        || url.startsWith("data:")
                                        || url.startsWith("blob:"));
        assertThat(chromium.requests().stream().filter(url -> url.startsWith("file:"))).hasSize(1);
    }
}
