package org.cfcql.env.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever names the secret is admitted, if it speaks the version that everything else is in. */
class GreetingsTest {
    private static final String SECRET = "0123456789abcdef";
    private static final long POLL_MS = 10;

    /** What becomes of a caller with this greeting: admitted, or hung up on without READY. */
    private static boolean admitted(byte[] greeting) throws IOException {
        try (Selector selector = Selector.open();
                Reception reception = new Reception(selector, SECRET.getBytes(US_ASCII));
                Stranger caller = Stranger.at("tcp://127.0.0.1:" + reception.number())) {
            caller.send(greeting).send(Greeting.ready("DEALER", SECRET));
            boolean heard = false;
            while (!heard || selector.keys().size() > 1) {
                Optional<Connection> connection = reception.serve();
                if (connection.isPresent()) {
                    connection.get().close();
                    return true;
                }
                selector.select(POLL_MS);
                heard = heard || selector.keys().size() > 1;
                selector.selectedKeys().clear();
            }
            return false;
        }
    }

    @Test
    void theOneThatNamesTheSecretIsAdmitted() throws IOException {
        assertThat(admitted(Greeting.first())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", // no signature
        "9, 0x7e", // a signature of the first version
        "10, 2", // an older version
        "10, 0",
        "12, 0x50", // "PULL", no mechanism
        "31, 1"
    })
    void whoeverGreetsInAnotherWayIsHungUpOn(int at, String value) throws IOException {
        byte[] greeting = Greeting.first();
        greeting[at] = Integer.decode(value).byteValue();
        assertThat(admitted(greeting)).isFalse();
    }
}
