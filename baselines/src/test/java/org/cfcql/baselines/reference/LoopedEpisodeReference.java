package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** A critic that may be stepped once per time index (D-65): MAICQ and OMAR. */
abstract class LoopedEpisodeReference extends EpisodeReference {
    LoopedEpisodeReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
    }

    /** Steps that share one step of the critic: all, or those of one time. */
    private List<List<Slot>> spans(Episodes data) {
        if (!is("innerTimeLoop", "code")) {
            return List.of(data.steps());
        }
        List<List<Slot>> spans = new ArrayList<>();
        for (int time = 0; time < SLOTS; time++) {
            int now = time;
            List<Slot> span = data.steps().stream().filter(slot -> slot.time() == now).toList();
            if (!span.isEmpty()) {
                spans.add(span);
            }
        }
        return spans;
    }

    /**
     * Steps down a loss.
     *
     * @param loss of networks with fresh leaves on a span
     * @param names of the networks
     * @param unused pattern of the parameters without gradient
     */
    void descend(
            Episodes data,
            List<String> names,
            String unused,
            BiFunction<List<Perceptron>, List<Slot>, Num> loss,
            Consumer<Map<String, double[]>> step) {
        List<Double> losses = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        for (List<Slot> span : spans(data)) {
            List<Perceptron> networks = names.stream().map(nets::leaves).toList();
            Num value = loss.apply(networks, span);
            value.backward();
            Map<String, double[]> own =
                    CloningReference.gradients(networks.toArray(new Perceptron[0]));
            own.keySet().removeIf(key -> key.matches(unused));
            norms.add(Perceptron.clip(own.values(), number("gradientClip")));
            losses.add(value.value);
            if (losses.size() == 1) {
                own.forEach((key, gradient) -> gradients.put(key, gradient.clone()));
            }
            step.accept(own);
        }
        values.put("critic_loss", plain(losses));
        values.put("critic_grad_norm", plain(norms));
    }

    private static double[] plain(List<Double> of) {
        return of.stream().mapToDouble(x -> x).toArray();
    }

    /** A number per filled slot. */
    static double[][] perSlot(Episodes data, Function<Slot, Double> of) {
        double[][] all = new double[data.size()][];
        for (int episode = 0; episode < data.size(); episode++) {
            int b = episode;
            all[episode] = new double[data.lengths()[episode] + 1];
            Arrays.setAll(all[episode], time -> of.apply(new Slot(b, time)));
        }
        return all;
    }

    /** One step of the policy. */
    Map<String, double[]> policyStep(Perceptron actor, Num loss) {
        loss.backward();
        tell("policy_loss", loss);
        Map<String, double[]> own = clipped("policy_grad_norm", actor.gradients());
        gradients.putAll(own);
        return own;
    }
}
