package org.cfcql.baselines.madtkd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.Parameters;
import org.cfcql.tensor.OwnedTensors;

/**
 * The transformer of MADTKD (spec 3.10): embeddings of observations, returns, actions, times and
 * positions; pre-norm blocks of causal attention and a perceptron; a last normalisation, then a
 * head of logits and a head of features that distillation compares.
 *
 * <p>A token sees itself and the tokens before it in its sequence. Parameters that a use leaves out
 * get no gradient, so nothing moves them.
 */
final class TokenTransformer implements AutoCloseable {
    private static final double EPSILON = 1e-5;
    private static final double DEVIATION = 0.02;
    private static final double NO_DROPOUT = 0;

    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters parameters = new Parameters();
    private final List<String> decayed = new ArrayList<>();
    private final Shape shape;
    private final String name;
    private final LearnerContext context;

    /**
     * Sizes of the network.
     *
     * @param width of a token, 32
     * @param layers number of blocks, 1
     * @param heads of the attention, 1
     */
    record Shape(int width, int layers, int heads) {}

    /**
     * Where a pass takes its parameters from.
     *
     * @param tensors leaves with gradients, or plain data
     * @param unmoved told of parameters whose gradient is zero whatever they are
     */
    private record Source(Function<String, Tensor> tensors, Consumer<String> unmoved) {
        Tensor get(String parameter) {
            return tensors.apply(parameter).select(0, 0);
        }

        Tensor linear(String layer, Tensor input) {
            return torch.linear(input, get(layer + ".weight"), get(layer + ".bias"));
        }
    }

    /**
     * Fresh parameters.
     *
     * @param positions rows of the position embedding
     */
    TokenTransformer(
            String name, Shape shape, int positions, TaskShape task, LearnerContext context) {
        this.name = name;
        this.shape = shape;
        this.context = context;
        int width = shape.width();
        int actions = task.actionSpace().size();
        try (PointerScope scope = new PointerScope()) {
            Initialisation initial =
                    new Initialisation(
                            context.compute(), context.initialisation().child(name).stream());
            // The published code leaves this one layer at the framework's own initialisation.
            double bound = 1 / Math.sqrt(task.observationSize());
            decay(
                    "state_encoder.0",
                    initial.uniform(bound, 1, width, task.observationSize()),
                    initial.uniform(bound, 1, width));
            embedding("tok_emb.weight", initial.normal(DEVIATION, 1, actions, width));
            embedding("action_embeddings.0.weight", initial.normal(DEVIATION, 1, actions, width));
            linear(initial, "ret_emb.0", 1, width);
            linear(initial, "mask_emb.0", 1, width);
            embedding("pos_emb", initial.constant(0, 1, 1, positions, width));
            embedding("global_pos_emb", initial.constant(0, 1, 1, task.episodeLimit() + 2, width));
            for (int layer = 0; layer < shape.layers(); layer++) {
                block(initial, "blocks." + layer, width);
            }
            normalisation(initial, "ln_f", width);
            decayed.add("head.weight");
            parameters.train("head.weight", initial.normal(DEVIATION, 1, actions, width));
            linear(initial, "mapping_net.0", width, 2 * width);
            linear(initial, "mapping_net.2", 2 * width, width);
        }
    }

    private void block(Initialisation initial, String block, int width) {
        normalisation(initial, block + ".ln1", width);
        for (String part : List.of("key", "query", "value", "proj")) {
            linear(initial, block + ".attn." + part, width, width);
        }
        normalisation(initial, block + ".ln2", width);
        linear(initial, block + ".mlp.0", width, 2 * width);
        linear(initial, block + ".mlp.2", 2 * width, width);
    }

    private void linear(Initialisation initial, String layer, int input, int output) {
        decay(layer, initial.normal(DEVIATION, 1, output, input), initial.constant(0, 1, output));
    }

    private void decay(String layer, Tensor weight, Tensor bias) {
        decayed.add(layer + ".weight");
        parameters.train(layer + ".weight", weight);
        parameters.train(layer + ".bias", bias);
    }

    private void embedding(String parameter, Tensor initial) {
        parameters.train(parameter, initial);
    }

    private void normalisation(Initialisation initial, String layer, int width) {
        parameters.train(layer + ".weight", initial.constant(1, 1, width));
        parameters.train(layer + ".bias", initial.constant(0, 1, width));
    }

    /** A pass with gradients. */
    Pass pass() {
        return new Pass(new Source(parameters::leaf, parameters::gradient));
    }

    /** A pass without gradients. */
    Pass frozenPass() {
        return new Pass(new Source(parameters::data, parameter -> {}));
    }

    /** Gradients for the feature head alone. */
    Pass headPass() {
        return new Pass(
                new Source(
                        parameter ->
                                parameter.startsWith("mapping_net")
                                        ? parameters.leaf(parameter)
                                        : parameters.data(parameter),
                        parameter -> {}));
    }

    /** One use of the network; E is the width. */
    final class Pass {
        private final Source source;

        private Pass(Source source) {
            this.source = source;
        }

        /** Tokens {@code [..., E]} of observations {@code [..., observation]}. */
        Tensor observations(Tensor observations) {
            return source.linear("state_encoder.0", observations).tanh_();
        }

        /** Tokens {@code [..., E]} of returns {@code [...]}. */
        Tensor returns(Tensor returns) {
            return source.linear("ret_emb.0", returns.unsqueeze(returns.dim())).tanh_();
        }

        /** Tokens {@code [..., E]} of actions {@code [...]}. */
        Tensor actions(Tensor actions) {
            return torch.embedding(source.get("action_embeddings.0.weight"), actions).tanh();
        }

        /** Embeddings {@code [..., E]} of times {@code [...]}. */
        Tensor times(Tensor times) {
            return torch.embedding(source.get("global_pos_emb").select(0, 0), times);
        }

        /** Embeddings {@code [count, E]} of the first positions. */
        Tensor positions(long count) {
            return source.get("pos_emb").select(0, 0).narrow(0, 0, count);
        }

        /**
         * Reads sequences.
         *
         * @param tokens {@code [sequence, token, E]}
         * @return {@code [sequence, token, E]}, after the last normalisation
         */
        Tensor read(Tensor tokens) {
            return last(before(tokens), null, new TensorOptional());
        }

        /**
         * Reads sequences, wanting one token of each.
         *
         * @param tokens {@code [sequence, token, E]}
         * @param wanted index of that token {@code [sequence]}
         * @return {@code [sequence, E]}
         */
        Tensor read(Tensor tokens, Tensor wanted) {
            if (tokens.size(1) == 1) {
                return read(tokens).select(1, 0);
            }
            Tensor places = wanted.view(-1, 1, 1);
            Tensor hidden = before(tokens);
            Tensor query = hidden.gather(1, places.expand(tokens.size(0), 1, tokens.size(2)));
            Tensor visible = indices(tokens.size(1)).le(places).unsqueeze(1);
            return last(hidden, query, new TensorOptional(visible)).select(1, 0);
        }

        /** All blocks but the last one, which is computed for the wanted tokens only. */
        private Tensor before(Tensor tokens) {
            Tensor hidden = tokens;
            for (int layer = 0; layer < shape.layers() - 1; layer++) {
                hidden = block("blocks." + layer, hidden, hidden, new TensorOptional());
            }
            return hidden;
        }

        private Tensor last(Tensor hidden, Tensor queries, TensorOptional visible) {
            String block = "blocks." + (shape.layers() - 1);
            Tensor wanted = queries == null ? hidden : queries;
            return normalised("ln_f", block(block, hidden, wanted, visible));
        }

        /**
         * A block.
         *
         * @param tokens {@code [sequence, token, E]}
         * @param queries the tokens whose output is wanted, {@code [sequence, query, E]}
         * @param visible which tokens a query sees, {@code [sequence, 1, query, token]}; empty if
         *     the queries are the tokens, which see themselves and those before
         */
        private Tensor block(String block, Tensor tokens, Tensor queries, TensorOptional visible) {
            Tensor seen = normalised(block + ".ln1", tokens);
            Tensor asking = queries == tokens ? seen : normalised(block + ".ln1", queries);
            Tensor attended =
                    (tokens.size(1) == 1
                                    ? own(block + ".attn", seen)
                                    : attention(block + ".attn", seen, asking, visible))
                            .add_(queries);
            Tensor hidden =
                    gelu(source.linear(block + ".mlp.0", normalised(block + ".ln2", attended)));
            return source.linear(block + ".mlp.2", hidden).add_(attended);
        }

        /**
         * Attention of a token that sees itself alone: a softmax over one number is 1, whatever
         * query and key are. Their gradients are zero but there, so weight decay holds for them.
         * Value and projection stay two layers: as one they round otherwise than published, which
         * 1/cos in the refresh of the teacher amplifies.
         */
        private Tensor own(String attention, Tensor seen) {
            for (String constant : List.of(".query", ".key")) {
                source.unmoved().accept(attention + constant + ".weight");
                source.unmoved().accept(attention + constant + ".bias");
            }
            Tensor value = source.linear(attention + ".value", seen);
            return source.linear(attention + ".proj", value);
        }

        private Tensor attention(
                String attention, Tensor seen, Tensor asking, TensorOptional visible) {
            Tensor mixed =
                    torch.scaled_dot_product_attention(
                            perHead(source.linear(attention + ".query", asking)),
                            perHead(source.linear(attention + ".key", seen)),
                            perHead(source.linear(attention + ".value", seen)),
                            visible,
                            NO_DROPOUT,
                            !visible.has_value(),
                            new DoubleOptional(),
                            false);
            Tensor heads = mixed.transpose(1, 2).reshape(asking.shape());
            return source.linear(attention + ".proj", heads);
        }

        /** {@code [sequence, token, E]} to {@code [sequence, head, token, E / heads]}. */
        private Tensor perHead(Tensor tokens) {
            return tokens.view(tokens.size(0), tokens.size(1), shape.heads(), -1).transpose(1, 2);
        }

        private Tensor normalised(String layer, Tensor input) {
            return torch.layer_norm(
                    input,
                    new long[] {shape.width()},
                    new TensorOptional(source.get(layer + ".weight")),
                    new TensorOptional(source.get(layer + ".bias")),
                    EPSILON,
                    false);
        }

        private Tensor indices(long count) {
            return context.tensors()
                    .ofIntegers(IntStream.range(0, (int) count).asLongStream().toArray(), count);
        }

        /**
         * x·Φ(x) by the error function, of rows turned to columns: of contiguous numbers LibTorch
         * keeps a compiled primitive for each new shape, in a cache that grows with the lengths of
         * the batches.
         */
        private Tensor gelu(Tensor input) {
            return torch.gelu(input.flatten(0, -2).t()).t().view(input.shape());
        }

        /** Logits {@code [..., action]} of what was read. */
        Tensor logits(Tensor read) {
            return torch.linear(read, source.get("head.weight"));
        }

        /** Features {@code [..., E]} of what was read. */
        Tensor features(Tensor read) {
            return source.linear("mapping_net.2", gelu(source.linear("mapping_net.0", read)));
        }
    }

    /** Leaves that weight decay holds for: weights of linear layers. */
    List<Tensor> decayedLeaves() {
        return decayed.stream().map(parameters::leaf).toList();
    }

    /** The other leaves: embeddings, normalisations, biases. */
    List<Tensor> undecayedLeaves() {
        return parameters.trainedNames().stream()
                .filter(parameter -> !decayed.contains(parameter))
                .map(parameters::leaf)
                .toList();
    }

    /** Width of a token. */
    int width() {
        return shape.width();
    }

    /** The network under its golden name. */
    NamedNetwork named() {
        return new NamedNetwork(name, parameters.replica(0, "", owner));
    }

    /** Gradients by parameter name, in the caller's scope. */
    Map<String, Tensor> gradients() {
        return new LinkedHashMap<>(parameters.gradients(0, ""));
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
