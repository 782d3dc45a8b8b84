package org.cfcql.nn;

import org.bytedeco.pytorch.Tensor;

/** What a network does to its input first; R replicas with parameters of their own. */
public sealed interface InputNormalisation
        permits BatchNormalisation, LayerNormalisation, NoNormalisation {
    /** Kinds, as the key {@code norm.input} names them. */
    enum Kind {
        BATCHNORM,
        LAYERNORM,
        NONE
    }

    /**
     * Normalises each replica's rows.
     *
     * @param input {@code [batch, replica, feature]}
     * @return {@code [batch, replica, feature]}
     */
    Tensor forward(Tensor input, Statistics statistics);

    /**
     * What {@link #forward} with {@link Statistics#BATCH_AND_TRACK} does to running statistics, if
     * the kind has any.
     *
     * @param input {@code [batch, replica, feature]}
     */
    void track(Tensor input);

    /** The same memory without gradients. */
    InputNormalisation frozen(Parameters parameters);

    /** Declares the trained tensors of a kind. */
    static InputNormalisation create(
            Kind kind, Parameters parameters, Initialisation initial, int replicas, int features) {
        return switch (kind) {
            case BATCHNORM -> BatchNormalisation.create(parameters, initial, replicas, features);
            case LAYERNORM -> LayerNormalisation.create(parameters, initial, replicas, features);
            case NONE -> new NoNormalisation();
        };
    }
}
