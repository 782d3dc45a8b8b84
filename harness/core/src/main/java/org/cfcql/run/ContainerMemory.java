package org.cfcql.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory that the control groups of this process leave it: of version 2, of version 1, or of both
 * as on machines in between. A limit of any group above counts too, as a batch system sets it for a
 * job of several processes. Pages of files that nobody has used lately count as free, because the
 * kernel takes them back first.
 *
 * @param root {@code /}, or where a test has recorded files
 */
record ContainerMemory(Path root) {
    /** Limits beyond this are the kernel's way to say none. */
    private static final long UNLIMITED = 1L << 60;

    private record Names(String limit, String used, String idle) {}

    private static final Names SECOND = new Names("memory.max", "memory.current", "inactive_file");
    private static final Names FIRST =
            new Names("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");

    /** What is left, at least 0; empty where no group limits memory. */
    OptionalLong freeBytes() {
        Path mount = root.resolve("sys/fs/cgroup");
        OptionalLong least = OptionalLong.empty();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            if (parts[1].isEmpty()) {
                least = lesser(least, free(mount, parts[2], SECOND));
            } else if (Arrays.asList(parts[1].split(",")).contains("memory")) {
                least = lesser(least, free(mount.resolve("memory"), parts[2], FIRST));
            }
        }
        return least;
    }

    /** The least over a group and those above it; inside a container the own one is the mount. */
    private static OptionalLong free(Path mount, String group, Names names) {
        Path top = mount.normalize();
        Path folder = top.resolve(group.replaceFirst("^/+", "")).normalize();
        OptionalLong least = OptionalLong.empty();
        while (folder != null && folder.startsWith(top)) {
            least = lesser(least, free(folder, names));
            folder = folder.getParent();
        }
        return least;
    }

    private static OptionalLong free(Path folder, Names names) {
        OptionalLong limit = number(folder.resolve(names.limit()));
        OptionalLong used = number(folder.resolve(names.used()));
        if (limit.isEmpty() || used.isEmpty() || limit.getAsLong() > UNLIMITED) {
            return OptionalLong.empty();
        }
        long idle =
                lines(folder.resolve("memory.stat")).stream()
                        .map(line -> line.split(" "))
                        .filter(pair -> pair.length == 2 && pair[0].equals(names.idle()))
                        .mapToLong(pair -> parsed(pair[1]).orElse(0))
                        .findFirst()
                        .orElse(0);
        long taken = Math.max(0, used.getAsLong() - idle);
        return OptionalLong.of(Math.max(0, limit.getAsLong() - taken));
    }

    private static OptionalLong lesser(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return OptionalLong.of(Math.min(one.getAsLong(), other.getAsLong()));
    }

    private static OptionalLong number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? OptionalLong.empty() : parsed(lines.get(0).strip());
    }

    /** Empty for {@code max}. */
    private static OptionalLong parsed(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException unlimited) {
            return OptionalLong.empty();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException untold) {
            return List.of();
        }
    }
}
