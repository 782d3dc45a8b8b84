package org.cfcql.report.compare;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.cfcql.stats.CsvText;
import org.cfcql.stats.Interval;
import org.cfcql.stats.SampleSummary;

/** A comparison as JSON and CSV, for programs; what is undefined is null, or empty. */
public final class ComparisonFiles {
    /** Columns of the CSV file, in order. */
    public static final List<String> COLUMNS =
            List.of(
                    "env",
                    "dataset",
                    "algorithm",
                    "track",
                    "test",
                    "seeds_first",
                    "seeds_second",
                    "mean_first",
                    "mean_second",
                    "std_first",
                    "std_second",
                    "iqm_first",
                    "iqm_second",
                    "difference",
                    "low95",
                    "high95",
                    "t",
                    "p",
                    "holm",
                    "probability_of_improvement",
                    "verdict",
                    "differing",
                    "unchecked");

    private static final int SCHEMA = 1;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ComparisonFiles() {}

    /** The whole document, its keys in a fixed order. */
    public static ObjectNode json(SideComparison comparison) {
        ObjectNode root = NODES.objectNode();
        root.put("schema", SCHEMA);
        root.put("first", comparison.first().path());
        root.put("second", comparison.second().path());
        root.put("coverage", comparison.coverage());
        root.set("allowed", conditions(comparison.allowed()));
        root.set("differing", conditions(comparison.differing()));
        root.set("unchecked", conditions(comparison.unchecked()));
        ArrayNode cells = root.putArray("cells");
        comparison.cells().forEach(cell -> cells.add(cell(cell)));
        root.put("bootstrapResamples", comparison.resamples());
        root.set("probabilityOfImprovement", interval(comparison.improvement()));
        comparison
                .normalisedDifference()
                .ifPresentOrElse(
                        value -> root.set("normalisedDifference", interval(value)),
                        () -> root.putNull("normalisedDifference"));
        ArrayNode fields = root.putArray("fields");
        for (FieldDifference difference : comparison.fields()) {
            ObjectNode node = fields.addObject();
            node.put("field", difference.field());
            node.put("first", difference.first());
            node.put("second", difference.second());
            node.set("cells", texts(difference.cells().stream().map(CellName::text).toList()));
        }
        root.set("onlyFirst", texts(comparison.onlyFirst().stream().map(CellName::text).toList()));
        root.set(
                "onlySecond", texts(comparison.onlySecond().stream().map(CellName::text).toList()));
        root.set("openFirst", texts(comparison.first().open()));
        root.set("openSecond", texts(comparison.second().open()));
        return root;
    }

    private static ObjectNode cell(CellComparison cell) {
        ObjectNode node = NODES.objectNode();
        node.put("environment", cell.name().environment());
        node.put("dataset", cell.name().dataset());
        node.put("algorithm", cell.name().label());
        node.put("track", cell.name().track());
        node.set("differing", conditions(cell.differing()));
        node.put("paired", cell.paired());
        node.set("first", summary(cell.first(), cell.firstSeeds()));
        node.set("second", summary(cell.second(), cell.secondSeeds()));
        ObjectNode difference = node.putObject("difference");
        put(difference, "mean", cell.difference().mean());
        put(difference, "low95", cell.difference().low95());
        put(difference, "high95", cell.difference().high95());
        node.put("test", test(cell));
        put(node, "t", cell.difference().t());
        put(node, "degreesOfFreedom", cell.difference().degreesOfFreedom());
        put(node, "p", cell.difference().p());
        put(node, "holm", cell.holm());
        put(node, "probabilityOfImprovement", cell.improvement());
        node.put("verdict", cell.verdict());
        return node;
    }

    private static String test(CellComparison cell) {
        return cell.paired() ? "paired" : "welch";
    }

    private static ObjectNode summary(SampleSummary summary, List<Long> seeds) {
        ObjectNode node = NODES.objectNode();
        ArrayNode list = node.putArray("seeds");
        seeds.forEach(list::add);
        put(node, "mean", summary.mean());
        put(node, "std", summary.sampleDeviation());
        put(node, "iqm", summary.interquartileMean());
        return node;
    }

    /** One row per cell, header first. */
    public static void csv(SideComparison comparison, Writer target) throws IOException {
        CsvSchema schema =
                CsvSchema.builder()
                        .addColumns(COLUMNS, CsvSchema.ColumnType.STRING)
                        .build()
                        .withHeader();
        String unchecked = ComparisonTables.words(comparison.unchecked());
        try (SequenceWriter writer = new CsvMapper().writer(schema).writeValues(target)) {
            for (CellComparison cell : comparison.cells()) {
                writer.write(
                        List.of(
                                CsvText.quoted(cell.name().environment()),
                                CsvText.quoted(cell.name().dataset()),
                                CsvText.quoted(cell.name().label()),
                                CsvText.quoted(cell.name().track()),
                                test(cell),
                                String.valueOf(cell.firstSeeds().size()),
                                String.valueOf(cell.secondSeeds().size()),
                                number(cell.first().mean()),
                                number(cell.second().mean()),
                                number(cell.first().sampleDeviation()),
                                number(cell.second().sampleDeviation()),
                                number(cell.first().interquartileMean()),
                                number(cell.second().interquartileMean()),
                                number(cell.difference().mean()),
                                number(cell.difference().low95()),
                                number(cell.difference().high95()),
                                number(cell.difference().t()),
                                number(cell.difference().p()),
                                number(cell.holm()),
                                number(cell.improvement()),
                                cell.verdict(),
                                ComparisonTables.words(cell.differing()),
                                unchecked));
            }
        }
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.valueOf(value) : "";
    }

    private static ObjectNode interval(Interval interval) {
        ObjectNode node = NODES.objectNode();
        put(node, "point", interval.point());
        put(node, "low95", interval.low95());
        put(node, "high95", interval.high95());
        return node;
    }

    private static ArrayNode conditions(Iterable<Condition> conditions) {
        ArrayNode node = NODES.arrayNode();
        conditions.forEach(condition -> node.add(condition.word()));
        return node;
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode node = NODES.arrayNode();
        texts.forEach(node::add);
        return node;
    }

    private static void put(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }
}
