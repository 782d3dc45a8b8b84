package org.cfcql.env.wire;

import java.util.List;
import java.util.Map;
import org.cfcql.env.EnvironmentSpec;

/**
 * What a worker says its environment is ({@code env-bridges/PROTOCOL.md} 5).
 *
 * @param family environment family
 * @param label name for results and tables
 * @param options options as resolved
 * @param parts identities of loaded parts
 * @param environments E
 * @param arrays descriptors by name
 * @param resetFrames names of the arrays of RESET_OK, in order
 * @param stepFrames names of the arrays of STEP_OK, in order
 * @param stateful whether STATE_GET and STATE_SET are offered
 * @param licence licence notice
 * @param taskFingerprint SHA-256 of which task it is, wherever it runs
 * @param environment the rest, as the harness sees environments
 */
public record Spec(
        String family,
        String label,
        Map<String, String> options,
        Map<String, String> parts,
        int environments,
        Map<String, ArrayDescriptor> arrays,
        List<String> resetFrames,
        List<String> stepFrames,
        boolean stateful,
        String licence,
        String taskFingerprint,
        EnvironmentSpec environment) {
    /** Name of the flag that some environments have: this row's episode alone is void. */
    public static final String VOID = "void";

    /** Whether everything that decides messages and tasks is as in another SPEC. */
    public boolean sameAs(Spec other) {
        return environment.equals(other.environment)
                && label.equals(other.label)
                && options.equals(other.options)
                && parts.equals(other.parts)
                && environments == other.environments
                && resetFrames.equals(other.resetFrames)
                && stepFrames.equals(other.stepFrames)
                && arrays.keySet().equals(other.arrays.keySet())
                && arrays.values().stream()
                        .allMatch(array -> array.sameAs(other.arrays.get(array.name())));
    }

    /** Descriptor of an array. */
    public ArrayDescriptor array(String name) {
        ArrayDescriptor array = arrays.get(name);
        if (array == null) {
            throw ProtocolViolation.inSpec("no array " + name);
        }
        return array;
    }
}
