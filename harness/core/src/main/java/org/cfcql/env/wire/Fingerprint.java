package org.cfcql.env.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.cfcql.error.HarnessBug;

/** The hash of a map of texts ({@code env-bridges/PROTOCOL.md} 9). */
public final class Fingerprint {
    private Fingerprint() {}

    /**
     * SHA-256 over one line {@code key=value} per entry, keys in the order of their UTF-8 bytes.
     */
    public static String of(Map<String, String> ingredients) {
        MessageDigest digest = sha256();
        ingredients.entrySet().stream()
                .sorted((one, other) -> Arrays.compareUnsigned(utf8(one), utf8(other)))
                .forEach(entry -> digest.update(line(entry)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] utf8(Map.Entry<String, String> entry) {
        return entry.getKey().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] line(Map.Entry<String, String> entry) {
        String value =
                entry.getValue().replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return (entry.getKey() + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new HarnessBug("every Java has SHA-256", impossible);
        }
    }
}
