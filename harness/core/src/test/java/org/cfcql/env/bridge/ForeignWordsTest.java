package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.MessageCodec;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What workers say and print reaches no log, message or listing raw. */
class ForeignWordsTest {
    private static final String EVIL = "a\r\nb\u001b]0;owned\u0007\u202e\u2028";
    private static final String SHOWN = "a\\u000d\\u000ab\\u001b]0;owned\\u0007\\u202e\\u2028";
    private static final boolean[] BOTH = {true, true};

    /** Refuses every step in evil words and prints others. */
    private static final class Evil extends FakeLink {
        private final String code;

        Evil(FakeClock clock, String code) {
            super(clock);
            this.code = code;
        }

        @Override
        void onRequest(Message request) {
            if (!request.type().equals("STEP")) {
                super.onRequest(request);
                return;
            }
            Map<String, Object> fields = new TreeMap<>();
            fields.put("code", code);
            fields.put("message", EVIL);
            fields.put("retryable", true);
            fields.put("state", "broken");
            for (String list : List.of("envs", "agents", "packages")) {
                fields.put(list, List.of());
            }
            byte[] traceback =
                    ("Traceback\n" + EVIL.replace("\n", "")).getBytes(StandardCharsets.UTF_8);
            answer(
                    MessageCodec.encode(
                            new Message("ERROR", request.sequence(), fields, List.of(traceback))));
        }
    }

    @Test
    void logLinesAndMessagesOfRestartsAreLines() {
        ListAppender<ILoggingEvent> seen = new ListAppender<>();
        seen.start();
        Logger log = (Logger) LoggerFactory.getLogger(SupervisedEnvironment.class);
        Level level = log.getLevel();
        log.setLevel(Level.WARN);
        log.addAppender(seen);
        List<String> messages = new ArrayList<>();
        try {
            for (String code :
                    List.of("ENV_CRASHED", "ENV_RESTARTED", "BAD_MESSAGE", EVIL.trim())) {
                FakeClock clock = new FakeClock();
                SupervisedEnvironment environment =
                        new SupervisedEnvironment(
                                incarnation -> new Evil(clock, code),
                                new EnvironmentRequest("mpe/simple_spread", new TreeMap<>(), 2),
                                "none",
                                Deadlines.DEFAULT,
                                RestartPolicy.DEFAULT,
                                clock);
                environment.reset(BOTH, new long[] {1, 2});
                Actions actions = new Actions.Continuous(new float[12]);
                messages.add(
                        catchThrowableOfType(
                                        EpisodesVoid.class, () -> environment.step(actions, BOTH))
                                .getMessage());
            }
        } finally {
            log.detachAppender(seen);
            log.setLevel(level);
        }
        seen.list.forEach(event -> messages.add(event.getFormattedMessage()));
        assertThat(messages)
                .hasSize(8)
                .allMatch(line -> line.matches("[^\\p{Cntrl}\u202e\u2028]*"));
        assertThat(messages.get(0)).contains(SHOWN);
    }

    @Test
    void whatAWorkerPrintsIsHandedOnInLines() {
        List<String> handed = new ArrayList<>();
        byte[] printed = (EVIL + "\nnext\nlast").getBytes(StandardCharsets.UTF_8);
        OutputTail tail = new OutputTail("test", new ByteArrayInputStream(printed), handed::add);
        tail.awaitEnd(60_000);
        assertThat(handed)
                .containsExactly("a\\u000d", SHOWN.substring(SHOWN.indexOf("b\\u001b")), "next");
        assertThat(tail.lines()).last().isEqualTo("last");
    }

    @Test
    void aListingIsShownWithoutItsControlCharacters() throws Exception {
        String evil = "\"a\\u001b[2J\\n\"";
        String entry =
                "{\"id\": E, \"aliases\": [E], \"summary\": E, \"options\": [{\"name\": E,"
                        + " \"type\": E, \"default\": E, \"meaning\": E, \"choices\": [E]}]}";
        String listing =
                "{\"families\": [{\"family\": E, \"summary\": E, \"lock\": E,"
                        + " \"environments\": ["
                        + entry
                        + "]}]}";
        Catalogue catalogue = Catalogue.of(new ObjectMapper().readTree(listing.replace("E", evil)));
        assertThat(catalogue.toString()).contains("a\\u001b[2J\\u000a").matches("[^\\p{Cntrl}]*");
    }
}
