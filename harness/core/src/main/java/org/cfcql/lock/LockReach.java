package org.cfcql.lock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cfcql.error.MachineFault;

/**
 * How far locks reach on a mounted file system. Some mounts grant every lock and tell no other
 * machine of it: two machines would then work on one cell, and nobody would notice.
 *
 * @param mountPoint where it is mounted
 * @param type as the system names it: nfs4, lustre
 * @param options of the file system
 */
public record LockReach(Path mountPoint, String type, List<String> options) {
    /** Options of NFS and Lustre that keep POSIX record locks to one machine. */
    private static final Set<String> LOCAL =
            Set.of("nolock", "local_lock=all", "local_lock=posix", "localflock");

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final String BEFORE_TYPE = " - ";
    private static final int MOUNT_POINT = 4;

    /**
     * Checks that a lock of this machine holds on every machine that mounts the folder.
     *
     * @param elsewhere what names another place, for the advice: {@code --out}
     * @throws MachineFault if the mount says that it does not; a system that does not list its
     *     mounts is believed
     */
    public static void requireBeyondThisMachine(Path folder, String elsewhere) {
        requireBeyondThisMachine(folder, elsewhere, MOUNTS);
    }

    static void requireBeyondThisMachine(Path folder, String elsewhere, Path mounts) {
        of(folder, mounts)
                .flatMap(LockReach::localBecause)
                .ifPresent(
                        why -> {
                            throw new MachineFault(
                                    "expected locks of "
                                            + folder
                                            + " to hold on every machine, found "
                                            + why
                                            + ", with which they hold on this one only; mount it"
                                            + " without that option or use another place ("
                                            + elsewhere
                                            + ")");
                        });
    }

    private Optional<String> localBecause() {
        return options.stream()
                .filter(LOCAL::contains)
                .findFirst()
                .map(option -> "a file system of type " + type + " mounted with " + option);
    }

    /** The mount that a folder lies on; the last one at the deepest place covers the others. */
    private static Optional<LockReach> of(Path folder, Path mounts) {
        Optional<LockReach> deepest = Optional.empty();
        try {
            Path real = existing(folder).toRealPath();
            for (String line : Files.readAllLines(mounts, StandardCharsets.UTF_8)) {
                Optional<LockReach> one =
                        parsed(line).filter(mount -> real.startsWith(mount.mountPoint()));
                if (one.isPresent()
                        && (deepest.isEmpty() || one.get().depth() >= deepest.get().depth())) {
                    deepest = one;
                }
            }
        } catch (IOException untold) {
            return Optional.empty();
        }
        return deepest;
    }

    private int depth() {
        return mountPoint.getNameCount();
    }

    private static Path existing(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        return there;
    }

    private static Optional<LockReach> parsed(String line) {
        int middle = line.indexOf(BEFORE_TYPE);
        String[] before = line.split(" ");
        if (middle < 0 || before.length <= MOUNT_POINT) {
            return Optional.empty();
        }
        String[] after = line.substring(middle + BEFORE_TYPE.length()).split(" ");
        // The system writes a space in a name as \040.
        Path place = Path.of(before[MOUNT_POINT].replace("\\040", " "));
        return Optional.of(
                new LockReach(place, after[0], List.of(after[after.length - 1].split(","))));
    }
}
