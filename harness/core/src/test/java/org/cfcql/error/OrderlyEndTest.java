package org.cfcql.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OrderlyEndTest {
    private final OrderlyEnd end = new OrderlyEnd();

    @Test
    void aCommandPassesItsSafePlacesUntilItIsAsked() {
        assertThat(
                        end.run(
                                () -> {
                                    end.pass();
                                    return 7;
                                }))
                .isEqualTo(7);
    }

    @Test
    void theEndWaitsUntilTheCommandHasLeftFromASafePlaceAndClosedWhatItOpened() {
        List<String> closed = new ArrayList<>();
        CompletableFuture<Boolean> ending = new CompletableFuture<>();

        assertThatThrownBy(
                        () ->
                                end.run(
                                        () -> {
                                            try (AutoCloseable opened = () -> closed.add("file")) {
                                                startEnd(ending);
                                                for (; ; ) {
                                                    end.pass();
                                                    assertThat(ending).isNotDone();
                                                }
                                            } catch (Stopping asked) {
                                                throw asked;
                                            } catch (Exception impossible) {
                                                throw new AssertionError(impossible);
                                            }
                                        }))
                .isInstanceOf(Stopping.class)
                .hasMessage("stopped as asked; what was not finished is not kept");
        assertThat(closed).containsExactly("file");
        assertThat(ending.join()).as("the command had ended").isTrue();
    }

    @Test
    void theEndDoesNotAskACommandThatHasEnded() {
        end.run(() -> 0);

        assertThat(end.askAndWait()).isTrue();
        assertThatCode(end::pass).doesNotThrowAnyException();
    }

    @Test
    void whoTakesTheWishIsGivenTheTimeItAskedFor() {
        end.takeOver(() -> {}, Duration.ofMinutes(7));

        assertThat(end.ask()).isEqualTo(Duration.ofMinutes(7));
    }

    @Test
    void aCommandThatTakesTheWishGoesOnThroughItsSafePlaces() {
        CompletableFuture<Void> wish = new CompletableFuture<>();
        CompletableFuture<Boolean> ending = new CompletableFuture<>();

        end.run(
                () -> {
                    end.takeOver(() -> wish.complete(null), Duration.ofMinutes(1));
                    startEnd(ending);
                    wish.join();
                    end.pass();
                    assertThat(ending).as("it waits for the command").isNotDone();
                    return 0;
                });

        assertThat(ending.join()).isTrue();
    }

    @Test
    void whoeverTakesTheWishAfterItWasMadeIsStopped() {
        end.takeOver(() -> {}, Duration.ofMillis(1));
        end.askAndWait();

        assertThatThrownBy(() -> end.takeOver(() -> {}, Duration.ofMinutes(1)))
                .isInstanceOf(Stopping.class);
    }

    @Test
    void aCommandWithoutASafePlaceIsWaitedForNoLongerThanSaid() {
        end.takeOver(() -> {}, Duration.ofMillis(1));

        assertThat(end.askAndWait()).as("the command had ended").isFalse();
    }

    private void startEnd(CompletableFuture<Boolean> ending) {
        new Thread(() -> ending.complete(end.askAndWait()), "end").start();
    }
}
