package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.cfcql.error.MachineFault;
import org.junit.jupiter.api.Test;

/** A matrix is reckoned against the machine before it starts, with its sums shown. */
class ResourceNeedTest {
    private static final long MEBIBYTE = 1 << 20;

    private static ResourceNeed need(long freeMemory, long freeDisk) {
        return new ResourceNeed(
                3,
                400 * MEBIBYTE,
                60 * MEBIBYTE,
                200 * MEBIBYTE,
                50 * MEBIBYTE,
                new MachineRoom(freeMemory * MEBIBYTE, freeDisk * MEBIBYTE));
    }

    @Test
    void theSumIsShownAndWhatFitsExactlyStarts() {
        assertThat(need(1580, 50).lines().get(0))
                .contains("3 workers x (400 MiB")
                .contains("+ 60 MiB environment) + 200 MiB of data mapped once = 1580 MiB")
                .endsWith("1580 MiB are free");
        assertThatCode(need(1580, 50)::require).doesNotThrowAnyException();
    }

    @Test
    void aMatrixThatDoesNotFitIsRefusedWithTheSum() {
        assertThatThrownBy(need(1579, 50)::require)
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("= 1580 MiB; 1579 MiB are free; start fewer --workers")
                .hasMessageContaining("--overcommit");
        assertThatThrownBy(need(1580, 49)::require)
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("disk: 50 MiB")
                .hasMessageContaining("49 MiB are free; make room");
    }

    @Test
    void byDefaultNoMoreWorkersStartThanFitIntoMemory() {
        assertThat(need(1580, 50).fittingWorkers()).isEqualTo(3);
        assertThat(need(1579, 50).fittingWorkers()).isEqualTo(2);
        assertThat(need(660, 50).fittingWorkers()).isEqualTo(1);
        assertThat(need(100, 50).fittingWorkers()).as("less than one").isEqualTo(1);
        assertThatCode(need(1579, 50).withWorkers(2)::require).doesNotThrowAnyException();
        assertThatThrownBy(need(100, 50).withWorkers(1)::require)
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining("1 workers x");
    }

    @Test
    void thisMachineTellsWhatItHas() {
        MachineRoom here = MachineRoom.here(Path.of("not", "there", "yet"));
        assertThat(here.memoryBytes()).isGreaterThan(MEBIBYTE);
        assertThat(here.diskBytes()).isGreaterThan(MEBIBYTE);
        assertThat(MachineRoom.ownBytes()).isGreaterThan(MEBIBYTE);
    }
}
