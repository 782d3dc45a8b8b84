package org.cfcql.env.trace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Three rows of {@link CountingBattle}: a reset and two steps, to be spoiled by tests. */
final class RecordedRows {
    private final Map<String, int[]> shapes = new TreeMap<>();
    private final Map<String, double[]> values = new TreeMap<>();
    private final Map<String, String> types = new TreeMap<>();

    RecordedRows() {
        put("reset", "|u1", new int[] {3}, 1, 0, 0);
        put("seed", "<u8", new int[] {3}, 7, 7, 7);
        put("t", "<i4", new int[] {3}, 0, 1, 2);
        put("actions", "<i4", new int[] {3, 1}, -1, 1, 1);
        put("obs", "<f4", new int[] {3, 1, 1}, 7, 8, 9);
        put("state", "<f4", new int[] {3, 2}, 0, 7, 1, 8, 2, 9);
        put("mask", "|u1", new int[] {3, 1, 2}, 0, 1, 0, 1, 0, 1);
        put("reward", "<f4", new int[] {3}, 0, 0.5, 0.5);
        put("terminated", "|u1", new int[] {3}, 0, 0, 1);
        put("truncated", "|u1", new int[] {3}, 0, 0, 0);
        put("battle_won", "|u1", new int[] {3}, 0, 0, 1);
        put("dead_allies", "<i4", new int[] {3}, 0, 0, 0);
        put("dead_enemies", "<i4", new int[] {3}, 0, 0, 1);
        put("pos", "<f4", new int[] {3, 2, 2}, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
        put("pool", "<f4", new int[] {3, 2}, 45, 45, 45, 45, 45, 45);
        put("alive", "|u1", new int[] {3, 2}, 1, 1, 1, 1, 1, 1);
        put("cooldown", "<f4", new int[] {3, 2}, 0, 0, 0, 0, 0, 0);
        put("types", "<i4", new int[] {2}, 0, 3);
    }

    RecordedRows put(String name, String type, int[] shape, double... numbers) {
        types.put(name, type);
        shapes.put(name, shape);
        values.put(name, numbers);
        return this;
    }

    RecordedRows add(String name, int index, double difference) {
        values.get(name)[index] += difference;
        return this;
    }

    /** A fourth row that repeats the third. */
    RecordedRows fourth() {
        for (String name : types.keySet()) {
            if (!name.equals("types")) {
                double[] numbers = values.get(name);
                int width = numbers.length / 3;
                double[] longer = Arrays.copyOf(numbers, 4 * width);
                System.arraycopy(numbers, 2 * width, longer, 3 * width, width);
                values.put(name, longer);
                shapes.get(name)[0] = 4;
            }
        }
        return this;
    }

    RecordedRows without(String name) {
        types.remove(name);
        return this;
    }

    Path write(Path path) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
            member(zip, "map", "<U4", new int[0], "test".getBytes(Charset.forName("UTF-32LE")));
            for (String name : types.keySet()) {
                member(zip, name, types.get(name), shapes.get(name), bytes(name));
            }
        }
        return path;
    }

    private byte[] bytes(String name) {
        String type = types.get(name);
        double[] numbers = values.get(name);
        ByteBuffer buffer = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : numbers) {
            switch (type) {
                case "|u1" -> buffer.put((byte) number);
                case "<i4" -> buffer.putInt((int) number);
                case "<u8" -> buffer.putLong((long) number);
                default -> buffer.putFloat((float) number);
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static void member(
            ZipOutputStream zip, String name, String type, int[] shape, byte[] elements)
            throws IOException {
        String axes = Arrays.stream(shape).mapToObj(n -> n + ",").collect(Collectors.joining(" "));
        String text =
                "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n".formatted(type, axes);
        ByteBuffer head = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        head.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1);
        head.putShort((short) text.length());
        zip.putNextEntry(new ZipEntry(name + ".npy"));
        zip.write(head.array());
        zip.write(text.getBytes(StandardCharsets.US_ASCII));
        zip.write(elements);
        zip.closeEntry();
    }
}
