package org.cfcql.env.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cfcql.error.ForeignText;

/**
 * Fields of a header, read by name and type; unknown ones are ignored. Every method throws {@link
 * ProtocolViolation} BAD_MESSAGE if the field is missing or of another type. Texts that could start
 * a line, move a cursor or change the direction of reading are refused, except by {@link #shown}.
 */
public final class Fields {
    private static final int LONGEST_FOUND = 200;

    private final String owner;
    private final Map<String, ?> values;

    Fields(String owner, Map<String, ?> values) {
        this.owner = owner;
        this.values = values;
    }

    /** Whether an optional field is there. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** A string on one line. */
    public String text(String name) {
        return plain(name, values.get(name));
    }

    /** A string for people to read, whatever it holds made visible. */
    public String shown(String name) {
        return ForeignText.oneLine(as(name, values.get(name), String.class, "a string"));
    }

    /** Strings for people to read. */
    public List<String> allShown(String name) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            texts.add(ForeignText.oneLine(as(name, element, String.class, "a list of strings")));
        }
        return texts;
    }

    /** A string, or the default where the field is absent. */
    public String text(String name, String absent) {
        return has(name) ? text(name) : absent;
    }

    /** A non-negative whole number that fits 31 bits. */
    public int count(String name) {
        long value = whole(name);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw wrong(name, "a count", value);
        }
        return (int) value;
    }

    /** A whole number. */
    public long whole(String name) {
        return as(name, values.get(name), Long.class, "a whole number");
    }

    /** Yes or no. */
    public boolean flag(String name) {
        return as(name, values.get(name), Boolean.class, "true or false");
    }

    /** Strings. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            texts.add(plain(name, element));
        }
        return texts;
    }

    /** Whole numbers that fit 31 bits. */
    public int[] counts(String name) {
        List<?> list = list(name);
        int[] counts = new int[list.size()];
        for (int index = 0; index < counts.length; index++) {
            long value = as(name, list.get(index), Long.class, "a list of counts");
            if (value < 0 || value > Integer.MAX_VALUE) {
                throw wrong(name, "a list of counts", value);
            }
            counts[index] = (int) value;
        }
        return counts;
    }

    /** Real numbers; whole ones are accepted. */
    public double[] reals(String name) {
        List<?> list = list(name);
        double[] reals = new double[list.size()];
        for (int index = 0; index < reals.length; index++) {
            reals[index] =
                    as(name, list.get(index), Number.class, "a list of numbers").doubleValue();
        }
        return reals;
    }

    /** A finite real number; a whole one is accepted. */
    public double real(String name) {
        double real = as(name, values.get(name), Number.class, "a number").doubleValue();
        if (!Double.isFinite(real)) {
            throw wrong(name, "a finite number", real);
        }
        return real;
    }

    /** A nested map. */
    public Fields map(String name) {
        return new Fields(owner + "." + name, copy(name, values.get(name)));
    }

    /** Nested maps. */
    public List<Fields> maps(String name) {
        List<Fields> maps = new ArrayList<>();
        for (Object element : list(name)) {
            maps.add(new Fields(owner + "." + name, copy(name, element)));
        }
        return maps;
    }

    /** A nested map of strings, in its order. */
    public Map<String, String> textMap(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        copy(name, values.get(name))
                .forEach((key, value) -> texts.put(plain(name, key), plain(name, value)));
        return texts;
    }

    /** A nested map of scalars, as texts, in its order. */
    public Map<String, String> scalarMap(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        copy(name, values.get(name))
                .forEach(
                        (key, value) -> {
                            if (value == null || value instanceof List || value instanceof Map) {
                                throw wrong(name, "a map of scalars", value);
                            }
                            texts.put(plain(name, key), plain(name, String.valueOf(value)));
                        });
        return texts;
    }

    /** The elements of a list, whatever they are. */
    public List<?> list(String name) {
        return as(name, values.get(name), List.class, "a list");
    }

    private Map<String, Object> copy(String name, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(name, "a map", values.containsKey(name) ? value : "nothing");
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, element) -> copy.put(String.valueOf(key), element));
        return copy;
    }

    private <T> T as(String name, Object value, Class<T> wanted, String expected) {
        if (!wanted.isInstance(value)) {
            throw wrong(name, expected, values.containsKey(name) ? value : "nothing");
        }
        return wanted.cast(value);
    }

    private String plain(String name, Object value) {
        String text = as(name, value, String.class, "a string");
        if (!ForeignText.oneLine(text).equals(text)) {
            throw wrong(name, "a line of visible characters", "'" + text + "'");
        }
        return text;
    }

    private ProtocolViolation wrong(String name, String expected, Object value) {
        String found = ForeignText.oneLine(String.valueOf(value));
        if (found.length() > LONGEST_FOUND) {
            found = found.substring(0, LONGEST_FOUND) + "…";
        }
        return new ProtocolViolation(
                ErrorCode.BAD_MESSAGE,
                "expected " + owner + "." + name + " to be " + expected + ", found " + found);
    }
}
