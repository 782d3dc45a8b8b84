package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class LibTorchRuntimeTest {
    @Test
    void oneComputeThreadEverywhereAfterInitialisation() {
        RuntimeReport report = LibTorchRuntime.initialise(1);

        assertThat(report.computeThreads()).isEqualTo(1);
        assertThat(torch.get_num_interop_threads()).isEqualTo(1);
        assertThat(torch.get_num_threads()).isEqualTo(1);
        assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(1);
        assertThat(report.libTorchVersion()).matches("\\d+\\.\\d+\\.\\d+-.*");
    }

    @Test
    void secondInitialisationReturnsTheSameReport() {
        assertThat(LibTorchRuntime.initialise(1)).isSameAs(LibTorchRuntime.initialise(1));
    }

    @Test
    void anotherNumberOfThreadsIsRefused() {
        LibTorchRuntime.initialise(1);

        assertThatThrownBy(() -> LibTorchRuntime.initialise(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("found a request for 2");
        assertThatThrownBy(() -> LibTorchRuntime.initialise(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theReportNamesTheMatrixKernelsOfOpenBlas() {
        RuntimeReport report = LibTorchRuntime.initialise(1);
        assumeTrue(report.kernelsAvailable(), report.kernels());

        assertThat(report.openBlasCore()).isNotEqualTo("unknown").isNotBlank();
    }

    @Test
    void theAllocatorOfGlibcIsRecognised() {
        RuntimeReport report = LibTorchRuntime.initialise(1);
        assumeTrue(report.kernelsAvailable(), report.kernels());
        assumeTrue("Linux".equals(System.getProperty("os.name")), "glibc is the library of Linux");
        assumeTrue(System.getenv("LD_PRELOAD") == null, "another allocator may be loaded");

        assertThat(report.allocator()).isEqualTo("set");
        assertThat(report.arena()).isIn("main", "thread");
    }
}
