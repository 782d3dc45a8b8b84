package org.cfcql.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What others wrote stays on its line and moves nothing. */
class ForeignTextTest {
    @Test
    void controlAndDirectionCharactersAreShownAndLettersStay() {
        assertThat(ForeignText.oneLine("größe ±1 日本 😀")).isEqualTo("größe ±1 日本 😀");
        assertThat(ForeignText.oneLine("a\r\nb\u001b[2J\u0000\u0085\u2028\u202e\t"))
                .isEqualTo("a\\u000d\\u000ab\\u001b[2J\\u0000\\u0085\\u2028\\u202e\\u0009");
        assertThat(ForeignText.oneLine("\ud800x")).isEqualTo("\\ud800x");
    }

    @Test
    void whateverAFailureQuotesItIsOneLine() {
        UserError failure = new UserError("expected u1, found '|\n\u001b[2J'; convert it");
        assertThat(failure).hasMessage("expected u1, found '|\\u000a\\u001b[2J'; convert it");
        assertThat(new MachineFault("a\r\nb", null)).hasMessage("a\\u000d\\u000ab");
    }

    @Test
    void longTextIsCut() {
        assertThat(ForeignText.oneLine("x".repeat(1_000_000))).hasSizeLessThan(5_000);
    }
}
