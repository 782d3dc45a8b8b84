package org.cfcql.tensor;

import java.nio.LongBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

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
        return escaping(
                () -> {
                    FloatPointer pointer = new FloatPointer(values);
                    return copy(torch.from_blob(pointer, shape, hostOptions(ScalarType.Float)));
                });
    }

    /** A copy of row-major double-precision values, converted to this precision. */
    public Tensor of(double[] values, long... shape) {
        return escaping(
                () -> {
                    DoublePointer pointer = new DoublePointer(values);
                    return copy(torch.from_blob(pointer, shape, hostOptions(ScalarType.Double)));
                });
    }

    /** A copy of row-major integers as a 64-bit integer tensor on this device. */
    public Tensor ofIntegers(long[] values, long... shape) {
        return escaping(
                () -> {
                    LongPointer pointer = new LongPointer(values);
                    Tensor view = torch.from_blob(pointer, shape, hostOptions(ScalarType.Long));
                    return view.clone().to(device.toLibTorch(), ScalarType.Long);
                });
    }

    /** Row-major integers as a 64-bit integer tensor on this device, written without a copy. */
    public Tensor ofIntegers(Consumer<LongBuffer> writer, long... shape) {
        return escaping(
                () -> {
                    Tensor host =
                            torch.empty(
                                    shape,
                                    hostOptions(ScalarType.Long),
                                    new MemoryFormatOptional());
                    writer.accept(
                            new LongPointer(host.data_ptr()).capacity(host.numel()).asBuffer());
                    return host.to(device.toLibTorch(), ScalarType.Long);
                });
    }

    /** All values of a tensor in row-major order. */
    public static double[] toDoubles(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor host =
                    tensor.detach()
                            .to(ComputeDevice.CPU.toLibTorch(), ScalarType.Double)
                            .contiguous();
            double[] values = new double[(int) host.numel()];
            new DoublePointer(host.data_ptr()).get(values);
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
            float[] values = new float[(int) host.numel()];
            new FloatPointer(host.data_ptr()).get(values);
            return values;
        }
    }

    private TensorOptions options() {
        return hostOptions(precision.scalarType()).device(new DeviceOptional(device.toLibTorch()));
    }

    private static TensorOptions hostOptions(ScalarType type) {
        return new TensorOptions().dtype(new ScalarTypeOptional(type));
    }

    private Tensor copy(Tensor view) {
        // clone first: when neither device nor type changes, to() would return a view of the array.
        return view.clone().to(device.toLibTorch(), precision.scalarType());
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
