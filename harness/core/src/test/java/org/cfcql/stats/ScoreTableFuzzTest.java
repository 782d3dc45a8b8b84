package org.cfcql.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.HarnessBug;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;

/** Any text is a table of finite scores, or a refusal in one line. */
class ScoreTableFuzzTest {
    private static final String TABLE =
            """
            env,dataset,algorithm,seed,track,score,normalized
            mpe/simple_spread,random,cfcql,0,equal,1.5,20.5
            mpe/simple_spread,"a, b",bc,0,equal,-2,
            mpe/simple_spread,random,'=x'y,1,equal,3e2,1
            """;

    private static Path file;

    @BeforeContainer
    static void name() throws IOException {
        file = Files.createTempFile("cfcql-fuzz", ".csv");
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(file);
    }

    @Property
    void damagedTablesAreReadOrRefused(@ForAll long seed) throws IOException {
        byte[] whole = TABLE.getBytes(StandardCharsets.UTF_8);
        Files.write(file, Damage.ofBytes(whole, new RandomStream(seed)));
        try {
            assertThat(ScoreTable.read(file).rows())
                    .isNotEmpty()
                    .allMatch(row -> Double.isFinite(row.score()));
        } catch (CfcqlException refused) {
            assertThat(refused).isNotInstanceOf(HarnessBug.class);
            assertThat(refused.getMessage()).doesNotContain("Exception");
        }
    }
}
