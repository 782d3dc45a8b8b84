package org.cfcql.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.error.UserError;

/**
 * Files of named tensors in the safetensors format: eight bytes with the length of a JSON header,
 * the header, then the values row by row, little-endian, without gaps.
 *
 * <p>The same tensors in the same order give the same bytes.
 */
public final class Safetensors {
    private static final int LENGTH_BYTES = 8;
    private static final int MAXIMAL_HEADER = 100_000_000;
    private static final String METADATA = "__metadata__";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, ScalarType> TYPES =
            Map.of(
                    "F32", ScalarType.Float,
                    "F64", ScalarType.Double,
                    "I64", ScalarType.Long);

    private final SortedMap<String, String> metadata;
    private final Map<String, Entry> entries;

    private Safetensors(SortedMap<String, String> metadata, Map<String, Entry> entries) {
        this.metadata = metadata;
        this.entries = entries;
    }

    /**
     * One tensor of a file.
     *
     * @param type {@code F32}, {@code F64} or {@code I64}
     * @param shape lengths of the axes
     * @param bytes the values
     */
    private record Entry(String type, List<Long> shape, ByteBuffer bytes) {}

    /**
     * Writes a file and syncs it; the caller renames it into place.
     *
     * @param tensors values by name, in the order they are stored
     * @param metadata free text by name
     * @throws IOException if the disk refuses
     */
    public static void write(
            Path file, Map<String, Tensor> tensors, SortedMap<String, String> metadata)
            throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING);
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> hosts = new LinkedHashMap<>();
            tensors.forEach((name, tensor) -> hosts.put(name, host(tensor)));
            writeAll(channel, header(hosts, metadata));
            for (Tensor tensor : hosts.values()) {
                writeAll(channel, bytes(tensor));
            }
            channel.force(true);
        }
    }

    /**
     * Reads a file into memory.
     *
     * @throws UserError if it is missing, truncated or of another format
     */
    public static Safetensors read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer content = ByteBuffer.allocateDirect(Math.toIntExact(channel.size()));
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // Reads until the end; a short file shows below.
            }
            return parse(content.flip().order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException | RuntimeException wrong) {
            throw new UserError(
                    "expected a safetensors file at "
                            + file
                            + ", found "
                            + (wrong instanceof IOException ? "no readable file" : "something else")
                            + " ("
                            + wrong.getMessage()
                            + "); check the path",
                    wrong);
        }
    }

    /** Free text by name. */
    public SortedMap<String, String> metadata() {
        return metadata;
    }

    /** Names of the tensors in the order of the file. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Lengths of the axes of a tensor. */
    public List<Long> shape(String name) {
        return entry(name).shape();
    }

    /**
     * Copies values into tensors of the same names and shapes.
     *
     * @throws UserError if a tensor is missing in the file or has another shape or type
     */
    public void copyInto(Map<String, Tensor> targets) {
        try (PointerScope scope = new PointerScope()) {
            targets.forEach(
                    (name, target) -> {
                        Entry entry = entry(name);
                        List<Long> shape = shape(target);
                        if (!shape.equals(entry.shape())) {
                            throw new UserError(
                                    "expected tensor '"
                                            + name
                                            + "' of shape "
                                            + shape
                                            + ", found "
                                            + entry.shape()
                                            + "; this file belongs to another network");
                        }
                        // The history-free view shares memory and may be written in place.
                        target.detach().copy_(view(entry));
                    });
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new UserError(
                    "expected a tensor '"
                            + name
                            + "', found none; this file belongs to another network");
        }
        return entry;
    }

    private static Tensor host(Tensor tensor) {
        return tensor.detach()
                .to(ComputeDevice.CPU.toLibTorch(), tensor.scalar_type())
                .contiguous();
    }

    private static ByteBuffer bytes(Tensor tensor) {
        long size = tensor.numel() * tensor.element_size();
        return new BytePointer(tensor.data_ptr()).capacity(size).asByteBuffer();
    }

    private static Tensor view(Entry entry) {
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        TensorOptions options =
                new TensorOptions().dtype(new ScalarTypeOptional(TYPES.get(entry.type())));
        return torch.from_blob(new BytePointer(entry.bytes()), shape, options);
    }

    private static List<Long> shape(Tensor tensor) {
        List<Long> shape = new ArrayList<>();
        for (long axis = 0; axis < tensor.dim(); axis++) {
            shape.add(tensor.size(axis));
        }
        return shape;
    }

    private static ByteBuffer header(
            Map<String, Tensor> tensors, SortedMap<String, String> metadata) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put(METADATA, metadata);
        long offset = 0;
        for (var named : tensors.entrySet()) {
            long end = offset + named.getValue().numel() * named.getValue().element_size();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", typeName(named.getValue()));
            entry.put("shape", shape(named.getValue()));
            entry.put("data_offsets", List.of(offset, end));
            header.put(named.getKey(), entry);
            offset = end;
        }
        try {
            byte[] text = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
            // Spaces up to a multiple of eight, so that values are aligned in memory.
            int padded = (text.length + LENGTH_BYTES - 1) / LENGTH_BYTES * LENGTH_BYTES;
            ByteBuffer buffer =
                    ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(padded).put(text);
            while (buffer.hasRemaining()) {
                buffer.put((byte) ' ');
            }
            return buffer.flip();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String typeName(Tensor tensor) {
        ScalarType type = tensor.scalar_type().intern();
        return TYPES.entrySet().stream()
                .filter(named -> named.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("cannot store type " + type));
    }

    private static Safetensors parse(ByteBuffer content) throws JsonProcessingException {
        long length = content.getLong();
        if (length < 0 || length > Math.min(MAXIMAL_HEADER, content.remaining())) {
            throw new IllegalArgumentException("the header's length is " + length);
        }
        byte[] text = new byte[(int) length];
        content.get(text);
        ByteBuffer values = content.slice().order(ByteOrder.LITTLE_ENDIAN);
        JsonNode header = JSON.readTree(new String(text, StandardCharsets.UTF_8));
        SortedMap<String, String> metadata = new TreeMap<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (var field : header.properties()) {
            JsonNode value = field.getValue();
            if (field.getKey().equals(METADATA)) {
                value.properties()
                        .forEach(item -> metadata.put(item.getKey(), item.getValue().asText()));
            } else {
                entries.put(field.getKey(), entry(value, values));
            }
        }
        return new Safetensors(
                Collections.unmodifiableSortedMap(metadata), Collections.unmodifiableMap(entries));
    }

    private static Entry entry(JsonNode description, ByteBuffer values) {
        String type = description.path("dtype").asText();
        if (!TYPES.containsKey(type)) {
            throw new IllegalArgumentException("values of type '" + type + "' are not supported");
        }
        List<Long> shape = new ArrayList<>();
        description.path("shape").forEach(axis -> shape.add(axis.asLong()));
        int begin = description.path("data_offsets").path(0).asInt(-1);
        int end = description.path("data_offsets").path(1).asInt(-1);
        long elements = shape.stream().reduce(1L, (left, right) -> left * right);
        long width = type.equals("F32") ? Float.BYTES : Long.BYTES;
        if (begin < 0 || end > values.limit() || end - begin != elements * width) {
            throw new IllegalArgumentException(
                    "a tensor lies at " + begin + " to " + end + " of " + values.limit());
        }
        return new Entry(type, List.copyOf(shape), values.slice(begin, end - begin));
    }
}
