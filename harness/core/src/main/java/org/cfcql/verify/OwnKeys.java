package org.cfcql.verify;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Settings that a golden file may call by the experiment's name ({@code reward.aggregation}) or by
 * the same in the style of the published keys ({@code reward_aggregation}), and the ones that it
 * need not say because no update changes by them. Together with the settings that algorithms have
 * alone ({@link org.cfcql.learn.GoldenTerms#ownSettings}) they are all settings of all learners; a
 * test enumerates them.
 */
final class OwnKeys {
    /** Settings that change what an update computes or leaves behind. */
    static final Set<String> IN_UPDATES =
            Set.of(
                    "actionRegularisation",
                    "actor.mean",
                    "actorLr",
                    "alpha",
                    "behaviourCloning",
                    "cfp",
                    "cft",
                    "context",
                    "cosineSteps",
                    "critic",
                    "critic.hidden",
                    "criticLr",
                    "criticPerActor",
                    "distillation.divergence",
                    "distillation.relation",
                    "expectile",
                    "form",
                    "gamma",
                    "gradientClip",
                    "heads",
                    "hidden",
                    "innerTimeLoop",
                    "inverseTemperature",
                    "lambda.measure",
                    "lambda.mode",
                    "lambda.sign",
                    "lambda.tau",
                    "layers",
                    "logStdMax",
                    "logStdMin",
                    "lr",
                    "lse.density",
                    "lse.densityCorrection",
                    "lse.groups",
                    "lse.logp",
                    "lse.nextOthers",
                    "lse.othersNoise",
                    "lse.sampleNoise",
                    "lse.samples",
                    "lse.temperature",
                    "mixer.embedding",
                    "mixer.hypernet",
                    "norm.input",
                    "policyTemperature",
                    "returnConditioned",
                    "reward.aggregation",
                    "rmsprop.decay",
                    "rmsprop.epsilon",
                    "search.deviation",
                    "search.elites",
                    "search.iterations",
                    "search.mean",
                    "search.mode",
                    "search.samples",
                    "target.interval",
                    "target.stepsBefore",
                    "targetAlpha",
                    "targetNoise",
                    "targetNoiseClip",
                    "targetTau",
                    "targetTemperature",
                    "td.lambda",
                    "teacher.refreshEvery",
                    "temperature",
                    "twinHeads",
                    "vae.beta",
                    "vae.hidden",
                    "vae.latent",
                    "vae.lr",
                    "vae.samples",
                    "weightCap",
                    "weightDecay",
                    "width");

    private static final String BESIDE =
            "it belongs to the training of a model beside; the file holds the trained model";

    private static final String PLAY = "it belongs to play; the file holds the batches";

    /** Settings that no update changes by, each with the reason. */
    static final Map<String, String> NOT_IN_UPDATES =
            Map.ofEntries(
                    Map.entry("behaviour.batch", BESIDE),
                    Map.entry("behaviour.lr", BESIDE),
                    Map.entry("behaviour.slots", BESIDE),
                    Map.entry("behaviour.updates", BESIDE),
                    Map.entry("online.capacity", PLAY),
                    Map.entry("online.episodes", PLAY),
                    Map.entry("online.episodesPerRound", PLAY),
                    Map.entry("online.epsilonFinish", PLAY),
                    Map.entry("online.epsilonStart", PLAY),
                    Map.entry("online.epsilonSteps", PLAY),
                    Map.entry("online.mediumReplay", PLAY),
                    Map.entry("online.mediumScore", PLAY),
                    Map.entry("online.mediumShare", PLAY),
                    Map.entry("online.noise", PLAY),
                    Map.entry("online.transitionsPerRound", PLAY),
                    Map.entry("online.warmUp", PLAY),
                    Map.entry("returnTarget", "only play asks for a return, training knows it"),
                    Map.entry("sequences", "both layouts give the same numbers; verify runs both"),
                    Map.entry("teacher.batch", BESIDE),
                    Map.entry("teacher.slots", BESIDE),
                    Map.entry("teacher.updates", BESIDE),
                    Map.entry("vae.batch", BESIDE),
                    Map.entry("vae.updates", BESIDE));

    private OwnKeys() {}

    /**
     * The setting that a key names.
     *
     * @param more settings that one algorithm alone has
     * @throws GoldenMismatch if it names one that no update changes by
     */
    static Optional<String> setting(String key, Set<String> more) {
        NOT_IN_UPDATES.forEach(
                (setting, reason) -> {
                    if (names(key, setting)) {
                        throw new GoldenMismatch(
                                "config." + key,
                                "changes no update (" + reason + "); leave it out");
                    }
                });
        return Stream.concat(IN_UPDATES.stream(), more.stream())
                .filter(setting -> names(key, setting))
                .findFirst();
    }

    private static boolean names(String key, String setting) {
        return key.equals(setting) || key.equals(published(setting));
    }

    /** A setting's name in the style of the published keys. */
    static String published(String setting) {
        return setting.replace('.', '_').replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
