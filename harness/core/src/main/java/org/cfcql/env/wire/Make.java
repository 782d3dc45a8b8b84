package org.cfcql.env.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes E environments of one id.
 *
 * @param environment id or alias
 * @param options options of that id: strings that read as what is wanted are accepted
 * @param environments E
 * @param types wanted type per kind of array: {@code observations}, {@code state}, {@code rewards},
 *     {@code actions}
 */
public record Make(
        String environment,
        Map<String, ?> options,
        int environments,
        Map<String, ElementType> types)
        implements Request {
    @Override
    public String replyType() {
        return "SPEC";
    }

    @Override
    public Message message(long sequence) {
        Map<String, Object> wanted = new LinkedHashMap<>();
        types.forEach((name, type) -> wanted.put(name, type.wireName()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("env", environment);
        fields.put("options", options);
        fields.put("envs", (long) environments);
        fields.put("autoreset", "disabled");
        fields.put("dtypes", wanted);
        return new Message("MAKE", sequence, fields, List.of());
    }
}
