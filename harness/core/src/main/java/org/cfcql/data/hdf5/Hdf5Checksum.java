package org.cfcql.data.hdf5;

import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.filter.Filter;
import io.jhdf.filter.FilterManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The checksum filter of HDF5 (Fletcher's, of 32 bits): four bytes behind each chunk. jhdf cuts
 * them off without a look, so that a chunk that the disk or a copy has changed would be learned
 * from.
 */
final class Hdf5Checksum implements Filter {
    private static final int ID = 3;

    /** Most words whose sums stay within 32 bits. */
    private static final int WORDS = 360;

    /** A chunk is not what was written. */
    static final class Mismatch extends HdfFilterException {
        private static final long serialVersionUID = 1L;

        private Mismatch(int expected, int found) {
            super("the checksum %08x where %08x is stored".formatted(found, expected));
        }
    }

    /** Both checksums, if one that differs is why a file was not read. */
    static Optional<String> mismatch(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof Mismatch) {
                return Optional.of(one.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Takes the place of jhdf's own, for every file of this process. */
    static void register() {
        FilterManager.addFilter(new Hdf5Checksum());
    }

    @Override
    public int getId() {
        return ID;
    }

    @Override
    public String getName() {
        return "fletcher32";
    }

    @Override
    public byte[] decode(byte[] encoded, int[] filterData) {
        int length = encoded.length - Integer.BYTES;
        if (length < 0) {
            throw new HdfFilterException("a chunk too short for its checksum");
        }
        int stored =
                ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).getInt(encoded.length - 4);
        int found = fletcher(encoded, length);
        // Libraries before 1.6.3 swapped the bytes of each half on little-endian machines.
        int swapped = Integer.reverseBytes(found << 16 | found >>> 16);
        if (stored != found && stored != swapped) {
            throw new Mismatch(stored, found);
        }
        return Arrays.copyOf(encoded, length);
    }

    /** Two sums, modulo 2^16 - 1, of words of two bytes, the higher first. */
    static int fletcher(byte[] bytes, int length) {
        int first = 0;
        int second = 0;
        int words = (length + 1) / 2;
        for (int word = 0; word < words; word++) {
            int low = 2 * word + 1 < length ? bytes[2 * word + 1] & 0xFF : 0;
            first += (bytes[2 * word] & 0xFF) << 8 | low;
            second += first;
            if (word % WORDS == WORDS - 1) {
                first = folded(first);
                second = folded(second);
            }
        }
        first = folded(folded(first));
        second = folded(folded(second));
        return second << 16 | first;
    }

    private static int folded(int sum) {
        return (sum & 0xFFFF) + (sum >>> 16);
    }
}
