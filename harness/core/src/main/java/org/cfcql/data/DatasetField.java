package org.cfcql.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.cfcql.data.npy.NpyType;
import org.cfcql.env.ActionSpace;

/** The arrays a data set may hold, one {@code .npy} file each. */
public enum DatasetField {
    @JsonProperty("observations")
    OBSERVATIONS,
    @JsonProperty("state")
    STATE,
    @JsonProperty("actions")
    ACTIONS,
    @JsonProperty("available_actions")
    AVAILABLE_ACTIONS,
    @JsonProperty("rewards")
    REWARDS,
    @JsonProperty("terminated")
    TERMINATED,
    @JsonProperty("truncated")
    TRUNCATED,
    @JsonProperty("episode_offsets")
    EPISODE_OFFSETS,
    @JsonProperty("next_observations")
    NEXT_OBSERVATIONS,
    @JsonProperty("next_state")
    NEXT_STATE;

    /** Name of the file in the data set's folder. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT) + ".npy";
    }

    /**
     * Element type and shape of one row.
     *
     * @param type element type
     * @param row lengths of all axes but the first
     */
    record Layout(NpyType type, long... row) {}

    /**
     * The arrays of a task's data set.
     *
     * @param separateNext whether next observations are stored, because they are not always the
     *     following row
     */
    public static Map<DatasetField, Layout> of(TaskCard task, boolean separateNext) {
        int agents = task.agents().size();
        int width = task.actionSpace().size();
        boolean discrete = task.actionSpace() instanceof ActionSpace.Discrete;
        Layout observations = new Layout(NpyType.FLOAT32, agents, task.observationSize());
        Layout state = new Layout(NpyType.FLOAT32, task.stateSize());
        Layout flags = new Layout(NpyType.UINT8);
        Map<DatasetField, Layout> fields = new EnumMap<>(DatasetField.class);
        fields.put(OBSERVATIONS, observations);
        if (!task.stateIsObservations()) {
            fields.put(STATE, state);
        }
        fields.put(
                ACTIONS,
                discrete
                        ? new Layout(NpyType.INT32, agents)
                        : new Layout(NpyType.FLOAT32, agents, width));
        if (task.masked()) {
            fields.put(AVAILABLE_ACTIONS, new Layout(NpyType.UINT8, agents, width));
        }
        fields.put(
                REWARDS,
                task.perAgentReward()
                        ? new Layout(NpyType.FLOAT32, agents)
                        : new Layout(NpyType.FLOAT32));
        fields.put(TERMINATED, flags);
        fields.put(TRUNCATED, flags);
        fields.put(EPISODE_OFFSETS, new Layout(NpyType.INT64));
        if (separateNext) {
            fields.put(NEXT_OBSERVATIONS, observations);
            if (!task.stateIsObservations()) {
                fields.put(NEXT_STATE, state);
            }
        }
        return fields;
    }
}
