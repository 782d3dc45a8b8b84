package org.cfcql.run.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cfcql.run.ExperimentTest;
import org.cfcql.run.plan.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredPlanTest {
    /** As every build so far wrote it: names, order and words are a stable surface. */
    private static final String PLAN =
            """
            {
              "schema" : 1,
              "experiment" : "trial",
              "cells" : [ {
                "id" : "fake__mpe-simple_spread__random__s0__equal",
                "algorithm" : "fake",
                "variant" : "",
                "settings" : { },
                "environment" : {
                  "id" : "mpe/simple_spread",
                  "options" : { }
                },
                "branch" : "CONTINUOUS",
                "datasetPath" : "data/random",
                "datasetName" : "random",
                "seed" : 0,
                "track" : "EQUAL",
                "rounds" : 2001,
                "batch" : 1024,
                "criticPerActor" : 5,
                "evaluation" : {
                  "every" : 10,
                  "episodes" : 10,
                  "finalEpisodes" : 100,
                  "startStates" : "fixed10"
                },
                "replay" : "replayed",
                "device" : "cuda:0",
                "precision" : "FLOAT64",
                "dataEpisodes" : 0,
                "kernels" : "off",
                "scale" : 1.0
              } ]
            }
            """;

    @TempDir Path folder;

    @Test
    void aCellIsWrittenInWordsAndReadBack() throws IOException {
        Plan plan =
                ExperimentTest.plan(
                        ExperimentTest.TEXT,
                        "budget={}",
                        "evaluation={startStates: fixed10}",
                        "replay.rng=replayed",
                        "device=cuda",
                        "precision=float64",
                        "kernels=off");
        Path file = folder.resolve("plan.json");
        StoredPlan.write(file, plan);
        assertThat(Files.readString(file)).isEqualTo(PLAN);
        assertThat(StoredPlan.read(file)).isEqualTo(plan);
    }
}
