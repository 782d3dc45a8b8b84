package org.cfcql.report.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.report.MadeUpRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does with a page of eleven lines on sixteen data sets. */
final class ReportUseTest {
    private static final List<String> ALGORITHMS =
            List.of(
                    "cfcql",
                    "macql",
                    "icql",
                    "omar",
                    "bc",
                    "awac",
                    "maicq",
                    "madtkd",
                    "td3-bc",
                    "implicit-q-learning",
                    "an-algorithm-with-a-long-name");
    private static final int DATA_SETS = 16;
    private static final String FIRST_TABLE = ".comparison >> nth=0 >> table >> nth=0";

    @TempDir private static Path folder;
    private static Chromium chromium;
    private static BrowserContext context;
    private static Page shown;
    private static Path page;

    @BeforeAll
    static void open() {
        MadeUpRun run = new MadeUpRun(folder.resolve("run"));
        for (int data = 0; data < DATA_SETS; data++) {
            for (int line = 0; line < ALGORITHMS.size(); line++) {
                for (long seed = 0; seed < 2; seed++) {
                    // Exact in binary: a result is held to the mean of its episodes.
                    double score = (1 + (7 * data + 3 * line) % 11) / 16.0 + seed / 64.0;
                    String kind = "data-set-number-" + data;
                    run.cell(ALGORITHMS.get(line), "", "smax/2s3z", kind, 9, seed, score);
                }
            }
        }
        page = ReportFolder.write(run.report(), folder.resolve("report"));
        chromium = new Chromium();
        context = chromium.reader(new Browser.NewContextOptions().setViewportSize(1280, 900));
        shown = chromium.show(context, page);
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void aClickOnAHeadingSortsByNumbersAndASecondTurnsTheOrder() {
        Locator heading = shown.locator(FIRST_TABLE).locator("thead th").nth(2);
        List<String> before = names();
        heading.locator("button").click();
        assertThat(heading.getAttribute("aria-sort")).isEqualTo("ascending");
        List<String> ascending = names();
        assertThat(ascending).isNotEqualTo(before).containsExactlyInAnyOrderElementsOf(before);
        // Rows for orientation stay below.
        assertThat(ascending.get(ascending.size() - 1)).isEqualTo("data set mean");
        assertThat(ascending.get(0)).isEqualTo("cfcql");
        heading.locator("button").click();
        assertThat(heading.getAttribute("aria-sort")).isEqualTo("descending");
        assertThat(names().get(10)).isEqualTo("cfcql");
    }

    @Test
    void filteringLeavesRowsWithEveryWord() {
        shown.locator("#filter").fill("omar number-3");
        assertThat(shown.locator("#filter-count").innerText()).isEqualTo("2 of 352 cells");
        assertThat(shown.locator("#cells tbody tr").count()).isEqualTo(2);
        assertThat(shown.locator(".comparison:visible").count()).isEqualTo(1);
        assertThat(
                        shown.locator(".comparison:visible table >> nth=0")
                                .locator("tbody tr:visible")
                                .count())
                .isEqualTo(1);
        shown.locator("#filter").fill("");
        assertThat(shown.locator(".comparison:visible").count()).isEqualTo(DATA_SETS);
    }

    @Test
    void keysOpenALineThenACellAndEscapeGoesBackToWhereTheReaderWas() {
        Locator name = line("cfcql");
        name.focus();
        shown.keyboard().press("Enter");
        assertThat(shown.locator("dialog li").count()).isEqualTo(2);
        shown.keyboard().press("Tab");
        shown.keyboard().press("Enter");
        assertThat(shown.locator("dialog h2").innerText())
                .isEqualTo("cfcql__smax-2s3z__data-set-number-0__s0__equal (finished)");
        assertThat(shown.locator("dialog .command").innerText())
                .isEqualTo(
                        "./cfcql reproduce "
                                + folder.resolve("run")
                                + "/cells/cfcql__smax-2s3z__data-set-number-0__s0__equal"
                                + " --out runs/again");
        assertThat(shown.locator("dialog .facts").innerText()).contains("print of smax/2s3z");
        shown.keyboard().press("Escape");
        assertThat(shown.locator("dialog").isVisible()).isFalse();
        assertThat(name.evaluate("name => document.activeElement === name")).isEqualTo(true);
    }

    @Test
    void theSameIsReachedByAClickOnARowOfTheTableOfCells() {
        shown.locator("#filter").fill("s");
        assertThat(shown.locator("#cells tbody tr").count()).isEqualTo(200);
        shown.locator("#cells .more").click();
        assertThat(shown.locator("#cells tbody tr").count()).isEqualTo(352);
        shown.locator("#cells tbody tr").nth(351).locator("td").first().click();
        assertThat(shown.locator("dialog .command").innerText()).contains("__s1__equal");
        shown.locator("dialog form button").click();
        assertThat(shown.locator("dialog").isVisible()).isFalse();
    }

    @Test
    void anotherGroupIsDrawnWhenItIsChosen() {
        assertThat(shown.locator("#picture-iqm .scatterlayer .trace").count()).isEqualTo(11);
        assertThat(shown.locator("#picture-improvements tbody tr").count()).isEqualTo(11);
        assertThat(shown.locator("#picture-ranks thead th").count()).isEqualTo(1 + DATA_SETS);
        shown.locator("#picture-group").selectOption(new String[] {label(1)});
        assertThat(shown.locator("#picture-ranks").isVisible()).isFalse();
        assertThat(shown.locator("#picture-note").innerText()).startsWith("One task: smax/2s3z");
        assertThat(chromium.messages()).isEmpty();
    }

    @Test
    void nothingIsCutOrWiderThanThePageOnADesktop() {
        assertThat(widerThanThePage(shown)).isEqualTo(0);
        assertThat(cutTexts(shown)).as("texts out of their picture").isEqualTo(List.of());
    }

    @Test
    void nothingIsCutOrWiderThanThePageOnAPhone() {
        Browser.NewContextOptions phone = new Browser.NewContextOptions().setViewportSize(360, 800);
        try (BrowserContext small = chromium.reader(phone)) {
            Page own = chromium.show(small, page);
            assertThat(widerThanThePage(own)).isEqualTo(0);
            assertThat(cutTexts(own)).as("texts out of their picture").isEqualTo(List.of());
        }
    }

    @Test
    void onPaperNoTableIsWiderThanItsBox() {
        Browser.NewContextOptions paper =
                new Browser.NewContextOptions().setViewportSize(1030, 700);
        try (BrowserContext landscape = chromium.reader(paper)) {
            Page own = chromium.show(landscape, page);
            own.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
            Object wide =
                    own.evaluate(
                            "[...document.querySelectorAll('.scroll')].filter(box =>"
                                    + " box.scrollWidth > box.clientWidth + 1).map(box =>"
                                    + " box.ariaLabel)");
            assertThat(wide).isEqualTo(List.of());
            assertThat(own.locator("#filter").isVisible()).isFalse();
        }
    }

    private static Locator line(String name) {
        return shown.locator(FIRST_TABLE)
                .locator("tbody button", new Locator.LocatorOptions().setHasText(name));
    }

    private static List<String> names() {
        return shown.locator(FIRST_TABLE).locator("tbody th").allInnerTexts();
    }

    private static String label(int option) {
        return shown.locator("#picture-group option").nth(option).innerText();
    }

    private static Object widerThanThePage(Page shown) {
        return shown.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    private static Object cutTexts(Page shown) {
        return shown.evaluate(
                "[...document.querySelectorAll('.picture svg text')].filter(text => {"
                        + " const own = text.getBoundingClientRect();"
                        + " const box = text.closest('.picture').getBoundingClientRect();"
                        + " return own.width > 0 && (own.left < box.left - 1 || own.right >"
                        + " box.right + 1 || own.top < box.top - 1 || own.bottom > box.bottom +"
                        + " 1); }).map(text => text.textContent)");
    }
}
