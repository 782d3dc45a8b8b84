package org.cfcql.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as kernels show them, with numbers of our own. */
class ContainerMemoryTest {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir Path root;

    @Test
    void aContainerOfVersionTwoLeavesItsLimitLessWhatIsInUse() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", 4 * GIBIBYTE + "\n");
        write("sys/fs/cgroup/memory.current", 3 * GIBIBYTE + "\n");
        assertFree(GIBIBYTE);
        write(
                "sys/fs/cgroup/memory.stat",
                "anon 1\ninactive_anon 7\ninactive_file " + GIBIBYTE + "\n");
        assertFree(2 * GIBIBYTE);
        write("sys/fs/cgroup/memory.max", "max\n");
        assertThat(new ContainerMemory(root).freeBytes()).isEmpty();
    }

    @Test
    void theJobOfABatchSystemCountsThoughItsStepHasNoLimitOfItsOwn() throws IOException {
        String job = "sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/";
        write("proc/self/cgroup", "0::/system.slice/slurmstepd.scope/job_7/step_0/user/task_0\n");
        write(job + "memory.max", 2 * GIBIBYTE + "\n");
        write(job + "memory.current", GIBIBYTE / 2 + "\n");
        write(job + "step_0/user/memory.max", "max\n");
        write(job + "step_0/user/memory.current", "4096\n");
        assertFree(3 * GIBIBYTE / 2);
    }

    @Test
    void versionOneIsReadToo() throws IOException {
        write("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/docker/ab:c\n1:cpu:/\n0::/\n");
        String group = "sys/fs/cgroup/memory/docker/ab:c/";
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "123\n");
        assertThat(new ContainerMemory(root).freeBytes()).as("the kernel's none").isEmpty();
        write(group + "memory.limit_in_bytes", GIBIBYTE + "\n");
        write(group + "memory.usage_in_bytes", GIBIBYTE / 2 + "\n");
        write(group + "memory.stat", "cache 5\ntotal_inactive_file " + GIBIBYTE / 4 + "\n");
        assertFree(3 * GIBIBYTE / 4);
    }

    @Test
    void insideAContainerOfVersionOneTheOwnGroupIsTheMount() throws IOException {
        write("proc/self/cgroup", "4:memory:/docker/not-visible-from-inside\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", GIBIBYTE + "\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "0\n");
        assertFree(GIBIBYTE);
    }

    @Test
    void aGroupBeyondItsLimitLeavesNothing() throws IOException {
        write("proc/self/cgroup", "0::/../../..\n");
        write("sys/fs/cgroup/memory.max", "100\n");
        write("sys/fs/cgroup/memory.current", "200\n");
        assertThat(new ContainerMemory(root).freeBytes())
                .as("a group outside what is mounted")
                .isEmpty();
        write("proc/self/cgroup", "0::/\n");
        assertFree(0);
    }

    @Test
    void aMachineWithoutGroupsOrWithOthersHasNoLimit() throws IOException {
        assertThat(new ContainerMemory(root).freeBytes()).isEmpty();
        write("proc/self/cgroup", "nonsense\n1:cpu:/\n");
        assertThat(new ContainerMemory(root).freeBytes()).isEmpty();
    }

    private void assertFree(long bytes) {
        assertThat(new ContainerMemory(root).freeBytes()).hasValue(bytes);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
