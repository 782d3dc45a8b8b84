package org.cfcql.perf;

/**
 * A matrix product that an update cannot avoid: {@code repeats} times {@code replicas} independent
 * products [rows, inner] x [inner, columns].
 *
 * @param purpose what it computes, for {@code --explain}
 * @param replicas products done in one call
 * @param rows rows of the left factor
 * @param inner columns of the left factor, rows of the right one
 * @param columns columns of the right factor
 * @param repeats how often per update or round
 */
public record MatrixProduct(
        String purpose, int replicas, int rows, int inner, int columns, int repeats) {
    /**
     * Floating-point operations of all repeats, a multiplication and an addition counted as two.
     */
    public double flops() {
        return 2.0 * repeats * replicas * rows * inner * columns;
    }

    /** Whether another product has the same purpose and shape. */
    boolean sameButRepeats(MatrixProduct other) {
        return equals(
                new MatrixProduct(
                        other.purpose,
                        other.replicas,
                        other.rows,
                        other.inner,
                        other.columns,
                        repeats));
    }

    /** This product, done once more. */
    MatrixProduct repeatedOnceMore() {
        return new MatrixProduct(purpose, replicas, rows, inner, columns, repeats + 1);
    }
}
