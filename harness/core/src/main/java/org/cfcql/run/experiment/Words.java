package org.cfcql.run.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The words by which experiments and files of a run name the constants of the code. */
public final class Words {
    private Words() {}

    /** The word of a constant. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The words of several constants. */
    public static List<String> of(List<? extends Enum<?>> constants) {
        return constants.stream().map(Words::of).toList();
    }

    /** The words of all constants of a type, in their order. */
    static <E extends Enum<E>> List<String> all(Class<E> type) {
        return of(Arrays.asList(type.getEnumConstants()));
    }

    /** The constant of a word; empty for a word that none has. */
    public static <E extends Enum<E>> Optional<E> read(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(word))
                .findFirst();
    }
}
