package org.cfcql.counterfactual;

import java.util.List;
import org.cfcql.learn.GoldenKey;
import org.cfcql.learn.GoldenTerms;

/** Golden files of the density model. */
final class VaeGolden implements GoldenTerms {
    @Override
    public List<GoldenKey> keys() {
        return List.of(GoldenKey.of("lr", "vae.lr"));
    }
}
