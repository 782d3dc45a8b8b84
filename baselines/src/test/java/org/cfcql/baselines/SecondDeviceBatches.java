package org.cfcql.baselines;

import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/** The toys' batches on any device. */
final class SecondDeviceBatches {
    private SecondDeviceBatches() {}

    static TransitionBatch transitions(int seed, TensorFactory tensors) {
        TransitionBatch here = Toy.batch(new RandomStream(seed));
        return new TransitionBatch(
                there(here.observations(), tensors),
                there(here.actions(), tensors),
                there(here.rewards(), tensors),
                there(here.dones(), tensors),
                there(here.nextObservations(), tensors),
                there(here.nextActions(), tensors),
                there(here.state(), tensors),
                there(here.nextState(), tensors));
    }

    static EpisodeBatch episodes(int seed, TensorFactory tensors) {
        EpisodeBatch here = DiscreteToy.batch(seed);
        return new EpisodeBatch(
                there(here.observations(), tensors),
                there(here.state(), tensors),
                there(here.availableActions(), tensors),
                there(here.actions(), tensors),
                there(here.rewards(), tensors),
                there(here.terminated(), tensors),
                there(here.filled(), tensors),
                here.hostRewards(),
                here.hostTerminated(),
                here.hostFilled());
    }

    private static Tensor there(Tensor here, TensorFactory tensors) {
        return here.to(tensors.device().toLibTorch(), here.scalar_type());
    }
}
