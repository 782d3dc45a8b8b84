package org.cfcql.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/**
 * Native objects that outlive the scope they were made in: parameters, moments, constants.
 *
 * <p>An owned object keeps one reference until {@link #close}; closing twice does nothing.
 */
public final class OwnedTensors implements AutoCloseable {
    private final List<Pointer> owned = new ArrayList<>();

    /** Takes ownership and returns the object itself. */
    public <P extends Pointer> P own(P pointer) {
        pointer.retainReference();
        owned.add(pointer);
        return pointer;
    }

    @Override
    public void close() {
        owned.forEach(Pointer::releaseReference);
        owned.clear();
    }
}
