package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.error.NumericFault;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class DiagnosisTest {
    @Test
    void libTorchWithoutMemoryIsAMachineFaultInOneLine() {
        LibTorchRuntime.initialise(1);
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        Throwable failure;
        try (PointerScope scope = new PointerScope()) {
            failure = catchThrowable(() -> tensors.zeros(1L << 50));
        }
        assertThat(failure).as("four petabytes").isInstanceOf(RuntimeException.class);
        Diagnosis diagnosis = Diagnosis.of(failure);
        assertThat(diagnosis.exitCode()).as(failure.getMessage()).isEqualTo(6);
        assertThat(diagnosis.message())
                .contains("expected enough memory")
                .contains("start fewer workers")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 2.00 GiB\nException raised from malloc",
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)",
                "std::bad_alloc",
                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9 bytes"
            })
    void whatLibrariesSayWithoutMemoryIsAMachineFault(String message) {
        assertThat(Diagnosis.of(new RuntimeException(message)).exitCode()).isEqualTo(6);
        assertThat(Diagnosis.of(new IllegalStateException(new RuntimeException(message))))
                .extracting(Diagnosis::exitCode)
                .isEqualTo(6);
    }

    @Test
    void otherFailuresKeepTheirMeaning() {
        assertThat(Diagnosis.of(new OutOfMemoryError("Java heap space")).exitCode()).isEqualTo(6);
        Diagnosis link = Diagnosis.of(new UnsatisfiedLinkError("no jnitorch in path\nmore"));
        assertThat(link.exitCode()).isEqualTo(3);
        assertThat(link.message()).contains("no jnitorch in path").doesNotContain("\n");
        assertThat(Diagnosis.of(new NumericFault("expected finite")))
                .isEqualTo(new Diagnosis(5, "expected finite"));
        Diagnosis bug = Diagnosis.of(new IllegalStateException("sizes differ\nat frame 1"));
        assertThat(bug)
                .isEqualTo(
                        new Diagnosis(70, "a bug: java.lang.IllegalStateException: sizes differ"));
        assertThat(bug.bug()).isTrue();
    }

    @Test
    void aLibraryThatFindsNoMemoryIsAMachineFaultAndOneThatMayNotRunIsMissing() {
        String unmapped =
                "libjnitorch.so: libtorch_cpu.so: failed to map segment from shared object";
        Throwable full = new UnsatisfiedLinkError("no jnitorch in java.library.path");
        full.initCause(new UnsatisfiedLinkError(unmapped));
        Diagnosis memory = Diagnosis.of(full);
        assertThat(memory.exitCode()).isEqualTo(6);
        assertThat(memory.message()).contains("expected enough memory").contains(unmapped);

        Throwable noexec = new UnsatisfiedLinkError("no jnitorch in java.library.path");
        noexec.initCause(new UnsatisfiedLinkError(unmapped + ": Operation not permitted"));
        Diagnosis missing = Diagnosis.of(noexec);
        assertThat(missing.exitCode()).isEqualTo(3);
        assertThat(missing.message()).contains("Operation not permitted");
    }

    @Test
    void aCommandThatCannotLoadALibraryEndsWithThree() {
        StringWriter err = new StringWriter();
        int code =
                Main.commandLine()
                        .addSubcommand(new Unlinked())
                        .setErr(new PrintWriter(err))
                        .execute("unlinked");
        assertThat(code).isEqualTo(3);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("no jnitorch");
    }

    @Command(name = "unlinked")
    private static final class Unlinked implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new UnsatisfiedLinkError("no jnitorch in java.library.path");
        }
    }
}
