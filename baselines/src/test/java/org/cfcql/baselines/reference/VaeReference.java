package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cfcql.learn.UpdateStep;

/** The density model: its training and log β̂ of given actions (spec 2.5). */
final class VaeReference extends Reference {
    private final Nets.Adam adam;

    VaeReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        adam = new Nets.Adam(number("vae.lr"));
    }

    /** Mean and log σ of the latents {@code [2][rows][latent]}. */
    static Num[][][] encode(Perceptron vae, Num[][] rows) {
        Num[][] first = Perceptron.map(vae.layer("encoder.l1", rows), Perceptron::relu);
        Num[][] second = Perceptron.map(vae.layer("encoder.l2", first), Perceptron::relu);
        Num[][] logs =
                Perceptron.map(
                        vae.layer("encoder.log_std", second),
                        row ->
                                Arrays.stream(row)
                                        .map(log -> log.clamp(-4, 15))
                                        .toArray(Num[]::new));
        return new Num[][][] {vae.layer("encoder.mean", second), logs};
    }

    private static Num[] decode(Perceptron vae, double[] state, Num... latents) {
        Num[] input = Arrays.copyOf(constants(state), state.length + latents.length);
        System.arraycopy(latents, 0, input, state.length, latents.length);
        Num[][] first =
                Perceptron.map(vae.layer("decoder.l1", new Num[][] {input}), Perceptron::relu);
        Num[][] second = Perceptron.map(vae.layer("decoder.l2", first), Perceptron::relu);
        return Perceptron.tanh(vae.layer("decoder.l3", second)[0]);
    }

    @Override
    void update(Transitions data, UpdateStep step, Draws draws) {
        Perceptron vae = nets.leaves("vae");
        double[] noise = draws.take("latents");
        Num[][][] posterior = encode(vae, rows(data.state(), data.actions()));
        List<Num> errors = new ArrayList<>();
        List<Num> divergences = new ArrayList<>();
        List<Num> reconstruction = new ArrayList<>();
        List<Num> deviations = new ArrayList<>();
        int draw = 0;
        for (int row = 0; row < data.size(); row++) {
            Num[] mean = posterior[0][row];
            Num[] log = posterior[1][row];
            Num[] latents = new Num[mean.length];
            for (int k = 0; k < mean.length; k++) {
                Num deviation = log[k].exp();
                latents[k] = mean[k].plus(deviation.times(noise[draw++]));
                deviations.add(deviation);
                // −½(1 + log σ² − μ² − σ²)
                divergences.add(
                        log[k].times(2)
                                .plus(1)
                                .minus(mean[k].square())
                                .minus(deviation.square())
                                .times(-0.5));
            }
            Num[] decoded = decode(vae, data.state()[row], latents);
            reconstruction.addAll(List.of(decoded));
            double[] actions = Transitions.flat(data.actions()[row]);
            for (int k = 0; k < actions.length; k++) {
                errors.add(decoded[k].minus(actions[k]).square());
            }
        }
        Num loss = Num.mean(errors).plus(Num.mean(divergences).times(number("vae.beta")));
        loss.backward();
        values.put("reconstruction", plain(reconstruction.toArray(new Num[0])));
        values.put("latent_std", plain(deviations.toArray(new Num[0])));
        values.put("reconstruction_loss", plain(Num.mean(errors)));
        values.put("kl_loss", plain(Num.mean(divergences)));
        values.put("loss", plain(loss));
        gradients.putAll(vae.gradients());
        adam.step(nets, gradients);
    }

    /**
     * log β̂ of each agent's action, L latents per row.
     *
     * @param noise {@code [B, L, latent]}
     */
    static double[][] logDensity(
            Perceptron vae, double[][] states, Num[][][] actions, double beta, double... noise) {
        Num[][][] posterior = encode(vae, rows(states, actions));
        int latent = posterior[0][0].length;
        int samples = noise.length / (states.length * latent);
        double deviation = Math.sqrt(beta / 4);
        double[][] densities = new double[states.length][AGENTS];
        for (int row = 0; row < states.length; row++) {
            double[][] terms = new double[AGENTS][samples];
            for (int sample = 0; sample < samples; sample++) {
                Num[] z = new Num[latent];
                double ofLatents = 0;
                for (int k = 0; k < latent; k++) {
                    double mean = posterior[0][row][k].value;
                    double spread = Math.exp(posterior[1][row][k].value);
                    double drawn = noise[(row * samples + sample) * latent + k];
                    z[k] = Num.of(mean + spread * drawn);
                    ofLatents += logNormal(z[k].value, 0, 1);
                    ofLatents -= logNormal(z[k].value, mean, spread);
                }
                Num[] decoded = decode(vae, states[row], z);
                for (int agent = 0; agent < AGENTS; agent++) {
                    terms[agent][sample] = ofLatents;
                    for (int k = 0; k < ACTION; k++) {
                        terms[agent][sample] +=
                                logNormal(
                                        actions[row][agent][k].value,
                                        decoded[agent * ACTION + k].value,
                                        deviation);
                    }
                }
            }
            for (int agent = 0; agent < AGENTS; agent++) {
                double total = Arrays.stream(terms[agent]).map(Math::exp).sum();
                densities[row][agent] = Math.log(total / samples);
            }
        }
        return densities;
    }

    private static double logNormal(double x, double mean, double deviation) {
        double standard = (x - mean) / deviation;
        return -0.5 * standard * standard - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
    }

    @Override
    void follow() {
        // There are no targets.
    }
}
