package org.cfcql.baselines.reference;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A double that remembers how it was computed, so that a sum over loops gives exact gradients: the
 * arithmetic of the independent references. Plain Java; {@link NumTest} holds it against finite
 * differences.
 */
final class Num {
    private static final AtomicLong MADE = new AtomicLong();

    final double value;
    private final Num left;
    private final Num right;
    private final double byLeft;
    private final double byRight;
    private final long order = MADE.getAndIncrement();
    private double gradient;

    private Num(double value, Num left, double byLeft, Num right, double byRight) {
        this.value = value;
        this.left = left;
        this.byLeft = byLeft;
        this.right = right;
        this.byRight = byRight;
    }

    /** A parameter or a constant. */
    static Num of(double value) {
        return new Num(value, null, 0, null, 0);
    }

    static Num sum(Collection<Num> terms) {
        return terms.stream().reduce(of(0), Num::plus);
    }

    static Num mean(Collection<Num> terms) {
        return sum(terms).times(1.0 / terms.size());
    }

    /** log Σ exp, shifted by its largest entry. */
    static Num logSumExp(List<Num> terms) {
        double top = terms.stream().mapToDouble(term -> term.value).max().orElseThrow();
        return sum(terms.stream().map(term -> term.plus(-top).exp()).toList()).log().plus(top);
    }

    private static Num one(double value, Num of, double derivative) {
        return new Num(value, of, derivative, null, 0);
    }

    Num plus(Num other) {
        return new Num(value + other.value, this, 1, other, 1);
    }

    Num plus(double other) {
        return one(value + other, this, 1);
    }

    Num minus(Num other) {
        return new Num(value - other.value, this, 1, other, -1);
    }

    Num minus(double other) {
        return plus(-other);
    }

    Num times(Num other) {
        return new Num(value * other.value, this, other.value, other, value);
    }

    Num times(double other) {
        return one(value * other, this, other);
    }

    Num square() {
        return one(value * value, this, 2 * value);
    }

    Num exp() {
        double result = Math.exp(value);
        return one(result, this, result);
    }

    Num log() {
        return one(Math.log(value), this, 1 / value);
    }

    /** 1/√x. */
    Num inverseRoot() {
        double result = 1 / Math.sqrt(value);
        return one(result, this, -0.5 * result / value);
    }

    Num tanh() {
        double result = Math.tanh(value);
        return one(result, this, 1 - result * result);
    }

    Num sigmoid() {
        return times(0.5).tanh().plus(1).times(0.5);
    }

    Num abs() {
        return one(Math.abs(value), this, Math.signum(value));
    }

    /** x above 0, exp(x) − 1 below. */
    Num elu() {
        return value > 0 ? this : exp().minus(1);
    }

    Num relu() {
        return value > 0 ? this : one(0, this, 0);
    }

    Num clamp(double low, double high) {
        return value < low || value > high ? of(Math.min(high, Math.max(low, value))) : this;
    }

    /** d(this)/d(leaf) for every leaf. */
    void backward() {
        Map<Num, Boolean> seen = new IdentityHashMap<>();
        Deque<Num> open = new ArrayDeque<>(List.of(this));
        while (!open.isEmpty()) {
            Num node = open.pop();
            if (node != null && seen.put(node, true) == null) {
                node.gradient = 0;
                push(open, node.left);
                push(open, node.right);
            }
        }
        gradient = 1;
        seen.keySet().stream()
                .sorted(Comparator.comparingLong((Num node) -> node.order).reversed())
                .forEach(Num::handDown);
    }

    private static void push(Deque<Num> open, Num node) {
        if (node != null) {
            open.push(node);
        }
    }

    private void handDown() {
        if (left != null) {
            left.gradient += byLeft * gradient;
        }
        if (right != null) {
            right.gradient += byRight * gradient;
        }
    }

    /** What the last {@link #backward} above this number left here. */
    double gradient() {
        return gradient;
    }
}
