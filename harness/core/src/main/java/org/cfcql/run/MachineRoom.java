package org.cfcql.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What a machine, or the container a process lives in, has left.
 *
 * @param memoryBytes memory that can be taken without swapping; {@link Long#MAX_VALUE} where the
 *     system does not tell
 * @param diskBytes bytes free for this user where a folder is or will be
 */
record MachineRoom(long memoryBytes, long diskBytes) {
    private static final long KIBIBYTE = 1024;

    /** The room of this machine, now. */
    static MachineRoom here(Path folder) {
        long free = field(Path.of("/proc/meminfo"), "MemAvailable:").orElse(Long.MAX_VALUE);
        OptionalLong inContainer = new ContainerMemory(Path.of("/")).freeBytes();
        free = Math.min(free, inContainer.orElse(Long.MAX_VALUE));
        return new MachineRoom(free, disk(folder));
    }

    /** Memory of this process that is its own: neither mapped files nor shared. */
    static long ownBytes() {
        return field(Path.of("/proc/self/status"), "RssAnon:")
                .orElse(Runtime.getRuntime().totalMemory());
    }

    private static long disk(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return there == null ? Long.MAX_VALUE : Files.getFileStore(there).getUsableSpace();
        } catch (IOException untold) {
            return Long.MAX_VALUE;
        }
    }

    /** A field in kB of a file of the kernel, in bytes. */
    private static OptionalLong field(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                    .findFirst();
        } catch (IOException | NumberFormatException untold) {
            return OptionalLong.empty();
        }
    }
}
