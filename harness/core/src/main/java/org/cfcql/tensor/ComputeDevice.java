package org.cfcql.tensor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;

/**
 * Where tensors live.
 *
 * @param kind processor or accelerator
 * @param index number of the accelerator; 0 for the processor
 */
public record ComputeDevice(Kind kind, int index) {
    /** The processor. */
    public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, 0);

    private static final Pattern SYNTAX =
            Pattern.compile("cpu|(cuda|privateuseone)(?::(\\d{1,3}))?");

    /** Kinds of device. */
    public enum Kind {
        CPU,
        CUDA,
        /** What a library has registered with LibTorch as its own; tests do. */
        PRIVATE_USE
    }

    /**
     * Reads {@code cpu}, {@code cuda} or {@code cuda:N}; also LibTorch's name for the device of
     * another library, {@code privateuseone}.
     *
     * @throws UserError for anything else
     */
    public static ComputeDevice parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new UserError(
                    "expected cpu or cuda:N as device, found '"
                            + text
                            + "'; for example --device cpu");
        }
        if (text.equals("cpu")) {
            return CPU;
        }
        Kind kind = matcher.group(1).equals("cuda") ? Kind.CUDA : Kind.PRIVATE_USE;
        String index = matcher.group(2);
        return new ComputeDevice(kind, index == null ? 0 : Integer.parseInt(index));
    }

    /**
     * Checks that this process can compute here.
     *
     * @throws MissingDependency if there is no such accelerator, or this build has no CUDA
     */
    public void requireAvailable() {
        if (kind == Kind.PRIVATE_USE && !available()) {
            throw new MissingDependency(
                    "expected a library that brings the device "
                            + this
                            + ", found none; use --device cpu");
        }
        if (!available()) {
            throw new MissingDependency(
                    "expected device "
                            + this
                            + ", found "
                            + accelerators()
                            + " CUDA devices; on a machine that has one build with make build"
                            + " MAVEN_FLAGS='-B -ntp -Pgpu', or use --device cpu");
        }
    }

    /** Whether this process can compute here. */
    public boolean available() {
        return switch (kind) {
            case CPU -> true;
            case CUDA -> index < accelerators();
            case PRIVATE_USE -> registered();
        };
    }

    /** LibTorch has no question for it, so a tensor is tried. */
    private boolean registered() {
        try (PointerScope scope = new PointerScope()) {
            torch.zeros(
                    new long[] {1}, new TensorOptions().device(new DeviceOptional(toLibTorch())));
            return true;
        } catch (RuntimeException absent) {
            return false;
        }
    }

    private static int accelerators() {
        return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    }

    /** A new LibTorch handle of this device; the caller's scope closes it. */
    public Device toLibTorch() {
        return new Device(toString());
    }

    @Override
    public String toString() {
        return switch (kind) {
            case CPU -> "cpu";
            case CUDA -> "cuda:" + index;
            case PRIVATE_USE -> "privateuseone:" + index;
        };
    }
}
