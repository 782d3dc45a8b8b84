import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Compiles changed sources into a folder that is first on the class path, then runs tests over it.
 *
 * <p>{@code RunTests FOLDER SOURCE... -- CLASS[#METHOD]...} prints one JSON object, per test {@code
 * status} ({@code passed}, {@code failed}, {@code error}) and {@code detail}, and exits with 0; any
 * other status means that nothing is known.
 */
final class RunTests {
    private RunTests() {}

    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        int border = words.indexOf("--");
        PrintStream out = System.out;
        // Tests and the code they run print as they like: the result stands alone.
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        compile(words.get(0), words.subList(1, border));
        List<String> results = new ArrayList<>();
        for (String test : words.subList(border + 1, words.size())) {
            results.add(text(test) + ": " + run(test));
        }
        out.println("{" + String.join(", ", results) + "}");
        out.flush();
        // Threads and shut-down hooks of what was tested are of no interest.
        Runtime.getRuntime().halt(0);
    }

    private static void compile(String folder, List<String> sources) {
        if (sources.isEmpty()) {
            return;
        }
        List<String> options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-g", "-d", folder));
        options.add("-classpath");
        options.add(System.getProperty("java.class.path"));
        options.addAll(sources);
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, options.toArray(String[]::new));
        if (status != 0) {
            Runtime.getRuntime().halt(3);
        }
    }

    private static String run(String test) {
        String[] parts = test.split("#");
        LauncherDiscoveryRequestBuilder request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectClass(parts[0]));
        if (parts.length > 1) {
            request.filters(method(parts[1]));
        }
        return execute(request.build());
    }

    private static PostDiscoveryFilter method(String name) {
        return descriptor ->
                FilterResult.includedIf(
                        descriptor
                                .getSource()
                                .map(
                                        source ->
                                                !(source instanceof MethodSource method)
                                                        || method.getMethodName().equals(name))
                                .orElse(true));
    }

    private static String execute(LauncherDiscoveryRequest request) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        if (!summary.getFailures().isEmpty()) {
            TestExecutionSummary.Failure failure = summary.getFailures().get(0);
            String first = String.valueOf(failure.getException()).strip().replaceAll("\\s+", " ");
            String name = failure.getTestIdentifier().getDisplayName();
            boolean linked = failure.getException() instanceof LinkageError;
            return result(linked ? "error" : "failed", name + ": " + first);
        }
        if (summary.getTestsSucceededCount() == 0) {
            return result("error", "no test was found or run");
        }
        return result("passed", summary.getTestsSucceededCount() + " tests");
    }

    private static String result(String status, String detail) {
        String shown = detail.length() > 200 ? detail.substring(0, 200) : detail;
        return "{\"status\": " + text(status) + ", \"detail\": " + text(shown) + "}";
    }

    private static String text(String value) {
        StringBuilder escaped = new StringBuilder("\"");
        for (char letter : value.toCharArray()) {
            if (letter == '"' || letter == '\\') {
                escaped.append('\\').append(letter);
            } else if (letter < ' ' || letter > '~') {
                escaped.append(String.format("\\u%04x", (int) letter));
            } else {
                escaped.append(letter);
            }
        }
        return escaped.append('"').toString();
    }
}
