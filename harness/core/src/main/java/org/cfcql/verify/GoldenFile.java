package org.cfcql.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenTerms;

/**
 * One scenario, read completely; the layout is that of docs/golden-files.md.
 *
 * @param algorithm id with branch
 * @param variant short name of the scenario
 * @param format version of the layout
 * @param steps number of updates
 * @param config hyper-parameters and dimensions
 * @param arrays all arrays by path without leading slash ({@code step0/values/q1})
 */
record GoldenFile(
        String algorithm,
        String variant,
        long format,
        int steps,
        JsonNode config,
        SortedMap<String, GoldenArray> arrays) {
    /** The format this reader knows. */
    static final long KNOWN_FORMAT = 1;

    /** Refused before memory is taken; the largest recorded ones have a hundredth of it. */
    private static final long MOST_ELEMENTS = 1 << 24;

    /** Batch fields that only episodes have. */
    private static final Set<String> EPISODE_FIELDS =
            Set.of("avail_actions", "filled", "terminated");

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /**
     * Reads a file.
     *
     * @throws UserError if it is no HDF5 file or lacks an attribute of the layout
     */
    static GoldenFile read(Path path) {
        try (HdfFile file = new HdfFile(path)) {
            long format = ((Number) attribute(file, "format", path)).longValue();
            SortedMap<String, GoldenArray> arrays = new TreeMap<>();
            // An unknown layout may hold anything: its arrays are not touched.
            if (format == KNOWN_FORMAT) {
                collect(file, "", arrays);
            }
            return new GoldenFile(
                    String.valueOf(attribute(file, "algorithm", path)),
                    String.valueOf(attribute(file, "variant", path)),
                    format,
                    ((Number) attribute(file, "steps", path)).intValue(),
                    config(String.valueOf(attribute(file, "config", path))),
                    arrays);
        } catch (UserError refused) {
            throw refused;
        } catch (HdfException | JsonProcessingException unreadable) {
            throw unreadable(path, unreadable.getMessage(), unreadable);
        } catch (RuntimeException damaged) {
            // The reader of HDF5 trusts what a file says of itself; what its layers throw where
            // that is wrong has no type in common.
            throw unreadable(path, "its structure is damaged", damaged);
        }
    }

    private static UserError unreadable(Path path, String reason, Exception cause) {
        return new UserError(
                "expected a golden file, found "
                        + path.getFileName()
                        + " that cannot be read: "
                        + ForeignText.oneLine(String.valueOf(reason)),
                cause);
    }

    /** A key that is said twice would be read once: such an object is refused. */
    static JsonNode config(String text) throws JsonProcessingException {
        JsonNode config = JSON.readTree(text);
        if (!config.isObject()) {
            throw new UserError(
                    "expected a JSON object as attribute 'config', found "
                            + ForeignText.oneLine(text));
        }
        return config;
    }

    private static Object attribute(HdfFile file, String name, Path path) {
        Attribute attribute = file.getAttribute(name);
        if (attribute == null) {
            throw new UserError(
                    "expected the attribute '"
                            + name
                            + "' in golden file "
                            + path.getFileName()
                            + ", found none; see docs/golden-files.md");
        }
        return attribute.getData();
    }

    private static void collect(Group group, String prefix, Map<String, GoldenArray> arrays) {
        for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
            String path = prefix + child.getKey();
            if (child.getValue() instanceof Group inner) {
                collect(inner, path + "/", arrays);
            } else if (child.getValue() instanceof Dataset dataset) {
                arrays.put(path, array(dataset));
            }
        }
    }

    private static GoldenArray array(Dataset dataset) {
        int[] dimensions = dataset.getDimensions();
        long[] shape = new long[dimensions.length];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = dimensions[axis];
        }
        if (dataset.getSize() < 0 || dataset.getSize() > MOST_ELEMENTS) {
            throw new UserError(
                    "expected golden arrays of at most %d elements, found %s of %d"
                            .formatted(
                                    MOST_ELEMENTS,
                                    ForeignText.oneLine(dataset.getPath()),
                                    dataset.getSize()));
        }
        Object flat = dataset.getDataFlat();
        if (flat instanceof Number number) {
            return new GoldenArray(new double[] {number.doubleValue()}, shape);
        }
        double[] values = new double[Array.getLength(flat)];
        for (int index = 0; index < values.length; index++) {
            values[index] = ((Number) Array.get(flat, index)).doubleValue();
        }
        return new GoldenArray(values, shape);
    }

    /** The arrays below a path, by the rest of their path. */
    SortedMap<String, GoldenArray> below(String prefix) {
        String start = prefix + "/";
        SortedMap<String, GoldenArray> found = new TreeMap<>();
        arrays.subMap(start, prefix + "0")
                .forEach((path, array) -> found.put(path.substring(start.length()), array));
        return found;
    }

    /** Names of the networks that the file starts from. */
    Set<String> networks() {
        return below("init").keySet().stream()
                .map(path -> path.split("/")[0])
                .collect(Collectors.toSet());
    }

    private boolean holdsEpisodes() {
        return below("step0/batch").keySet().stream().anyMatch(EPISODE_FIELDS::contains);
    }

    /**
     * Whether this is a file of the discrete branch, whose tolerances and scales differ: by its
     * algorithm's branch, by its batches where the id names none.
     */
    boolean discrete() {
        boolean named = algorithm.endsWith("-discrete") || algorithm.endsWith("-continuous");
        return named ? algorithm.endsWith("-discrete") : holdsEpisodes();
    }

    /** The algorithm's id without branch; models beside, known by their network, have their own. */
    String algorithmId() {
        for (Algorithm model : Algorithms.auxiliary()) {
            if (model.golden().holds(algorithm, networks())) {
                return model.id();
            }
        }
        return algorithm.replaceFirst("-(continuous|discrete)$", "");
    }

    /** The branch whose learner is meant. */
    Branch branch() {
        return discrete() ? Branch.DISCRETE : Branch.CONTINUOUS;
    }

    /** What is peculiar to the files of its algorithm. */
    GoldenTerms terms() {
        return Algorithms.lookUp(algorithmId()).map(Algorithm::golden).orElse(GoldenTerms.NONE);
    }
}
