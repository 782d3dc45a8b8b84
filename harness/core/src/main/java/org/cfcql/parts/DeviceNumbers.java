package org.cfcql.parts;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.OwnedTensors;
import org.cfcql.tensor.TensorFactory;

/**
 * Named scalars kept in one tensor of a device, so that one copy brings all of them to the host.
 * Nothing is allocated before the first of them.
 */
final class DeviceNumbers implements AutoCloseable {
    /** More than any learner has; a learner that has more gets a longer tensor. */
    private static final int FIRST_CAPACITY = 32;

    private final TensorFactory tensors;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private OwnedTensors owner = new OwnedTensors();
    private Tensor numbers;

    DeviceNumbers(TensorFactory tensors) {
        this.tensors = tensors;
    }

    /** Keeps the value that a scalar has now. */
    void put(String name, Tensor scalar) {
        try (PointerScope scope = new PointerScope()) {
            int place = places.computeIfAbsent(name, absent -> places.size());
            growTo(place + 1);
            numbers.select(0, place).copy_(scalar.detach());
        }
        waiting.add(name);
    }

    private void growTo(int size) {
        int capacity = numbers == null ? 0 : (int) numbers.numel();
        if (size <= capacity) {
            return;
        }
        OwnedTensors longer = new OwnedTensors();
        Tensor made = longer.own(tensors.zeros(Math.max(FIRST_CAPACITY, 2 * capacity)));
        if (numbers != null) {
            made.narrow(0, 0, capacity).copy_(numbers);
        }
        owner.close();
        owner = longer;
        numbers = made;
    }

    void forget(String name) {
        waiting.remove(name);
    }

    /** What was put since the last call, by one copy to the host; none if there is nothing. */
    Map<String, Double> take() {
        Map<String, Double> taken = new LinkedHashMap<>();
        if (!waiting.isEmpty()) {
            double[] read = TensorFactory.toDoubles(numbers);
            waiting.forEach(name -> taken.put(name, read[places.get(name)]));
            waiting.clear();
        }
        return taken;
    }

    @Override
    public void close() {
        owner.close();
    }
}
