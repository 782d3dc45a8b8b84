package org.cfcql.cli.executor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * An Indexed Job for Kubernetes (1.29 or newer, where {@code backoffLimitPerIndex} is on): an index
 * per task. A lost node or an eviction costs no attempt; a wrong call, a number that stopped being
 * one or a bug ends its index at once; everything else is tried again.
 */
final class KubernetesJob {
    /** Codes of {@code docs/exit-codes.md} at which another attempt would end alike. */
    static final List<Integer> FINAL_CODES = List.of(2, 5, 70);

    private static final ObjectMapper JSON = new ObjectMapper();

    private KubernetesJob() {}

    /** Writes {@code kubernetes.yaml} and its list. */
    static Path write(JobFolder folder, List<Cell> cells, WorkerCall call, JobShape shape) {
        TaskList list = TaskList.write(folder.list(1), cells, shape.cellsPerTask());
        int tasks = list.tasks().size();
        Path file = folder.path().resolve("kubernetes.yaml");
        String setup = shape.setup().isEmpty() ? "" : shape.setup() + "\n";
        String script =
                call.exports()
                        + setup
                        + "exec "
                        + WorkerCall.shell(List.of(call.launcher().toString()))
                        + " "
                        + WorkerCall.shell(call.ofTask(list, shape))
                        + " \"$JOB_COMPLETION_INDEX\"";
        String text =
                TEMPLATE.formatted(
                        folder.path().getFileName(),
                        tasks,
                        shape.tasksAtATime().orElse(tasks),
                        codes(),
                        json(List.of("/bin/bash", "-c", script)),
                        resources(cells, shape));
        Storage.writeAtomically(file, text.getBytes(StandardCharsets.UTF_8));
        return file;
    }

    private static final String TEMPLATE =
            """
            # Fill in IMAGE (with Java 17 and the Python of the environments), CLAIM (a volume that many
            # pods may write) and MOUNT (its path, the same as here); then: kubectl create -f FILE
            apiVersion: batch/v1
            kind: Job
            metadata:
              generateName: cfcql-%s-
            spec:
              completionMode: Indexed
              completions: %d
              parallelism: %d
              backoffLimitPerIndex: 3
              podFailurePolicy:
                rules:
                  - action: Ignore
                    onPodConditions:
                      - type: DisruptionTarget
                  - action: FailIndex
                    onExitCodes:
                      containerName: worker
                      operator: In
                      values: %s
              template:
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 120
                  containers:
                    - name: worker
                      image: IMAGE
                      command: %s
                      resources: %s
                      volumeMounts:
                        - name: shared
                          mountPath: MOUNT
                  volumes:
                    - name: shared
                      persistentVolumeClaim:
                        claimName: CLAIM
            """;

    private static String codes() {
        return FINAL_CODES.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String resources(List<Cell> cells, JobShape shape) {
        List<String> limits = new ArrayList<>();
        limits.add("\"cpu\": \"" + shape.cellsAtATime() + "\"");
        limits.add("\"memory\": " + json(shape.memory()));
        if (JobShape.needsCard(cells)) {
            limits.add("\"nvidia.com/gpu\": \"1\"");
        }
        return "{\"limits\": {" + String.join(", ", limits) + "}}";
    }

    /** JSON is YAML, and its quotes are understood by everybody. */
    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
