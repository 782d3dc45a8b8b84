/**
 * Devices, precisions and the border between Java arrays and LibTorch tensors.
 *
 * <p>Invariants: whoever creates a tensor closes it, through the innermost {@code PointerScope};
 * nothing here knows of networks.
 */
package org.cfcql.tensor;
