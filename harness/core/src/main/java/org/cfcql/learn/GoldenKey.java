package org.cfcql.learn;

import java.util.Map;

/**
 * A key of an algorithm's golden files and the setting that it means.
 *
 * @param golden key of the file
 * @param setting key of the experiment
 * @param words the setting's values by the file's; a value that is not among them stands for itself
 */
public record GoldenKey(String golden, String setting, Map<String, Object> words) {
    /** A key whose values are the setting's. */
    public static GoldenKey of(String golden, String setting) {
        return new GoldenKey(golden, setting, Map.of());
    }
}
