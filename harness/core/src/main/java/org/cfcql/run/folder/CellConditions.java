package org.cfcql.run.folder;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.learn.Settings;
import org.cfcql.outcome.CellField;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * Everything that decides a cell's numbers beside its data and its environment, by dotted name, for
 * checkpoints. An id names the algorithm, the swept keys and the seed only; two cells may share it
 * and differ here.
 */
public final class CellConditions {
    private CellConditions() {}

    /**
     * Of a cell that runs: the settings in force, defaults included, so that a checkpoint is not
     * continued under other defaults either.
     */
    public static SortedMap<String, String> of(Cell cell, Settings settings) {
        SortedMap<String, String> conditions = new TreeMap<>();
        CellResult.settingsInForce(cell, settings)
                .forEach((key, value) -> conditions.put("settings." + key, String.valueOf(value)));
        JsonNode planned = Storage.JSON.valueToTree(StoredCell.of(cell));
        for (CellField field : CellField.ALL) {
            if (field.isCondition()) {
                conditions.put(field.condition(), field.text(planned));
            }
        }
        return conditions;
    }
}
