package org.cfcql.data.check;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.cfcql.data.ContentHash;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetField;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.data.npy.NpyType;

/**
 * 128 bits that two episodes share only if they are equal in observations and actions.
 *
 * @param high first quarter of a SHA-256
 * @param low second quarter
 */
record EpisodeDigest(long high, long low) {
    /** The digest of an episode. */
    static EpisodeDigest of(Dataset dataset, int episode) {
        MessageDigest digest = ContentHash.sha256();
        long first = dataset.firstRow(episode);
        int rows = dataset.length(episode) + 1;
        for (DatasetField field :
                new DatasetField[] {DatasetField.OBSERVATIONS, DatasetField.ACTIONS}) {
            NpyFile file = dataset.file(field);
            ByteBuffer bytes = ByteBuffer.allocate(rows * file.rowElements() * Float.BYTES);
            if (file.type() == NpyType.FLOAT32) {
                file.copyFloats(first, rows, bytes.asFloatBuffer(), 0);
            } else {
                for (int index = 0; index < rows * file.rowElements(); index++) {
                    bytes.putInt(index * Integer.BYTES, (int) file.value(first, index));
                }
            }
            digest.update(bytes);
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new EpisodeDigest(hash.getLong(), hash.getLong());
    }
}
