package org.cfcql.baselines;

import java.nio.file.Path;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.tensor.ComputeDevice;

/**
 * The device of {@code tools/second_device}: the processor's memory and operations behind another
 * name, where an operation on a tensor of the processor fails.
 */
final class SecondDevice {
    static final ComputeDevice DEVICE = ComputeDevice.parse("privateuseone");

    static {
        LibTorchRuntime.load();
        System.load(Path.of(System.getenv("CFCQL_SECOND_DEVICE")).toAbsolutePath().toString());
    }

    private SecondDevice() {}

    /** Copies to the host and scalars read, of all threads so far. */
    static native long hostReads();
}
