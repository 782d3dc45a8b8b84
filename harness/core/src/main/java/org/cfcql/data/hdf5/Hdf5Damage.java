package org.cfcql.data.hdf5;

import java.nio.file.Path;
import org.cfcql.error.UserError;

/** What to say of a file whose contents make no sense, or are of a newer HDF5 than jhdf's. */
final class Hdf5Damage {
    private Hdf5Damage() {}

    static UserError of(Path path, RuntimeException cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        return new UserError(
                "%s: expected an HDF5 file that can be read, found a damaged or too new one (%s);"
                                .formatted(path, reason)
                        + " copy it again or store it with libver='v110'",
                cause);
    }
}
