package org.cfcql.data;

import java.util.List;

/**
 * One array of a data set.
 *
 * @param type NumPy's name of the element type
 * @param shape lengths of the axes
 * @param sha256 hash of the whole file, header included, as {@code sha256sum} prints it
 */
public record FieldCard(String type, List<Long> shape, String sha256) {
    /** Copies the shape. */
    public FieldCard {
        shape = List.copyOf(shape);
    }
}
