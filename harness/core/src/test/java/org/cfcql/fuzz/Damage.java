package org.cfcql.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.cfcql.random.RandomStream;

/** What happens to files: bytes that flip, vanish or come again, and values that lie. */
public final class Damage {
    private static final int MOST_AT_ONCE = 4;
    private static final Pattern VALUE =
            Pattern.compile(
                    "(?<=: ?)(\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9][0-9.eE+-]*|true|false|null)");
    private static final List<String> LIES =
            List.of(
                    "null",
                    "-1",
                    "0",
                    "1e308",
                    "99999999999999999999",
                    "4294967296",
                    "2147483648",
                    "1.5",
                    "NaN",
                    "\"\"",
                    "\"../../x\"",
                    "\"\\u0000\"",
                    "true",
                    "[]",
                    "{}",
                    "[null]",
                    "{\"a\": 1}");

    private Damage() {}

    /** A few bytes flipped, cut, doubled or put in. */
    public static byte[] ofBytes(byte[] whole, RandomStream random) {
        byte[] damaged = whole;
        for (int times = 1 + random.nextInt(MOST_AT_ONCE); times > 0; times--) {
            damaged = once(damaged, random);
        }
        return damaged;
    }

    private static byte[] once(byte[] whole, RandomStream random) {
        if (whole.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(whole.length);
        int length = Math.min(whole.length - at, 1 + random.nextInt(16));
        byte[] piece = new byte[length];
        for (int index = 0; index < length; index++) {
            piece[index] = (byte) random.nextInt();
        }
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(whole, at);
            case 1 -> joined(whole, at, Arrays.copyOfRange(whole, at, at + length), at);
            case 2 -> joined(whole, at, piece, at);
            case 3 -> joined(whole, at, new byte[0], at + length);
            default -> {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                yield flipped;
            }
        };
    }

    private static byte[] joined(byte[] whole, int to, byte[] middle, int from) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(whole, 0, to);
        bytes.writeBytes(middle);
        bytes.write(whole, from, whole.length - from);
        return bytes.toByteArray();
    }

    /** A JSON text in which one or two values are other ones, or one with damaged bytes. */
    public static byte[] ofJson(byte[] whole, RandomStream random) {
        if (random.nextInt(4) == 0) {
            return ofBytes(whole, random);
        }
        String text = new String(whole, StandardCharsets.UTF_8);
        for (int times = 1 + random.nextInt(2); times > 0; times--) {
            List<MatchResult> values = new ArrayList<>(VALUE.matcher(text).results().toList());
            if (!values.isEmpty()) {
                MatchResult value = values.get(random.nextInt(values.size()));
                text =
                        text.substring(0, value.start())
                                + LIES.get(random.nextInt(LIES.size()))
                                + text.substring(value.end());
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
