package org.cfcql.tensor;

import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.nativecode.LibTorchRuntime;

/**
 * Makes tensors of one device and precision from Java arrays and back.
 *
 * <p>Every tensor returned is owned by the caller's innermost {@link PointerScope}; temporaries are
 * closed here. Copies, never views of Java memory.
 *
 * @param device where the tensors live
 * @param precision their floating-point precision
 */
public record TensorFactory(ComputeDevice device, Precision precision) {
    static {
        LibTorchRuntime.load();
    }

    /** Zeros of a shape. */
    public Tensor zeros(long... shape) {
        return escaping(() -> torch.zeros(shape, options()));
    }

    /** Ones of a shape. */
    public Tensor ones(long... shape) {
        return escaping(() -> torch.ones(shape, options()));
    }

    /** A copy of row-major single-precision values, converted to this precision. */
    public Tensor of(float[] values, long... shape) {
        requireFit(values.length, shape);
        return written(
                ScalarType.Float,
                precision.scalarType(),
                (memory, count) -> new FloatPointer(memory).put(values, 0, count),
                shape);
    }

    /** A copy of row-major double-precision values, converted to this precision. */
    public Tensor of(double[] values, long... shape) {
        requireFit(values.length, shape);
        return written(
                ScalarType.Double,
                precision.scalarType(),
                (memory, count) -> new DoublePointer(memory).put(values, 0, count),
                shape);
    }

    /** A copy of row-major integers as a 64-bit integer tensor on this device. */
    public Tensor ofIntegers(long[] values, long... shape) {
        requireFit(values.length, shape);
        return written(
                ScalarType.Long,
                ScalarType.Long,
                (memory, count) -> new LongPointer(memory).put(values, 0, count),
                shape);
    }

    /** Row-major integers as a 64-bit integer tensor on this device, written without a copy. */
    public Tensor ofIntegers(Consumer<LongBuffer> writer, long... shape) {
        return written(
                ScalarType.Long,
                ScalarType.Long,
                (memory, count) ->
                        writer.accept(new LongPointer(memory).capacity(count).asBuffer()),
                shape);
    }

    /** A tensor of bytes on the processor, {@code [length]}. */
    public static Tensor ofBytes(byte[] bytes) {
        return escaping(
                () -> {
                    Tensor tensor =
                            torch.empty(
                                    new long[] {bytes.length},
                                    hostOptions(ScalarType.Byte),
                                    new MemoryFormatOptional());
                    if (bytes.length > 0) {
                        new BytePointer(tensor.data_ptr()).put(bytes, 0, bytes.length);
                    }
                    return tensor;
                });
    }

    /** All values of a tensor in row-major order. */
    public static double[] toDoubles(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor host =
                    tensor.detach()
                            .to(ComputeDevice.CPU.toLibTorch(), ScalarType.Double)
                            .contiguous();
            double[] values = new double[Math.toIntExact(host.numel())];
            if (values.length > 0) {
                new DoublePointer(host.data_ptr()).get(values);
            }
            return values;
        }
    }

    /** All values of a tensor in row-major order, rounded to single precision. */
    public static float[] toFloats(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor host =
                    tensor.detach()
                            .to(ComputeDevice.CPU.toLibTorch(), ScalarType.Float)
                            .contiguous();
            float[] values = new float[Math.toIntExact(host.numel())];
            if (values.length > 0) {
                new FloatPointer(host.data_ptr()).get(values);
            }
            return values;
        }
    }

    /** JavaCPP copies as many numbers as it is told, also from beyond the end of an array. */
    private static void requireFit(int numbers, long... shape) {
        long wanted = 1;
        for (long axis : shape) {
            wanted = axis < 0 ? -1 : Math.multiplyExact(wanted, axis);
        }
        if (wanted != numbers) {
            throw new IllegalArgumentException(
                    "expected "
                            + wanted
                            + " numbers for shape "
                            + Arrays.toString(shape)
                            + ", found "
                            + numbers);
        }
    }

    private TensorOptions options() {
        return hostOptions(precision.scalarType()).device(new DeviceOptional(device.toLibTorch()));
    }

    private static TensorOptions hostOptions(ScalarType type) {
        return new TensorOptions().dtype(new ScalarTypeOptional(type));
    }

    /**
     * A tensor on this device whose numbers are written once, into its own memory where neither
     * device nor type changes.
     *
     * @param from type of the numbers as they are written
     * @param to type of the tensor
     * @param writer gets the memory and how many numbers belong there, unless there are none
     */
    private Tensor written(
            ScalarType from, ScalarType to, ObjIntConsumer<Pointer> writer, long... shape) {
        return escaping(
                () -> {
                    Tensor host = torch.empty(shape, hostOptions(from), new MemoryFormatOptional());
                    if (host.numel() > 0) {
                        writer.accept(host.data_ptr(), Math.toIntExact(host.numel()));
                    }
                    return host.to(device.toLibTorch(), to);
                });
    }

    /** Closes every temporary of the maker and hands its result to the scope around. */
    private static Tensor escaping(Supplier<Tensor> maker) {
        PointerScope outer = PointerScope.getInnerScope();
        Tensor made;
        try (PointerScope inner = new PointerScope()) {
            made = maker.get();
            made.retainReference();
        }
        if (outer != null) {
            outer.attach(made);
            made.releaseReference();
        }
        return made;
    }
}
