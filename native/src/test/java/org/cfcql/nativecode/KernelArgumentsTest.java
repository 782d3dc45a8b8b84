package org.cfcql.nativecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The border takes arguments by their names: no order, and no other name, kind or number. */
class KernelArgumentsTest {
    private static final long ROWS = 3;
    private static final long INPUT = 2;
    private static final long OUTPUT = 4;

    private PointerScope scope;
    private Tensor input;
    private Tensor weight;
    private Tensor bias;
    private Tensor values;

    @BeforeEach
    void needsTheLibrary() {
        LibTorchRuntime.initialise(1);
        assumeTrue(NativeKernels.available(), NativeKernels.unavailableReason());
        scope = new PointerScope();
        input = torch.rand(ROWS, INPUT);
        weight = torch.rand(OUTPUT, INPUT);
        bias = torch.rand(OUTPUT);
        values = torch.zeros(ROWS, OUTPUT);
    }

    @AfterEach
    void close() {
        if (scope != null) {
            scope.close();
        }
    }

    /** One linear layer, without the argument that a test puts there itself. */
    private KernelArguments layer(String left) {
        KernelArguments arguments = new KernelArguments("perceptron", ScalarType.Float);
        List<UnaryOperator<KernelArguments>> all =
                List.of(
                        call -> left.equals("bias0") ? call : call.input("bias0", bias, OUTPUT),
                        call -> call.output("values", values, ROWS * OUTPUT),
                        call -> call.constant("epsilon", 1e-5),
                        call -> call.input("input", input, ROWS * INPUT),
                        call -> call.list("widths", new long[] {INPUT, OUTPUT}),
                        call -> call.size("normalised", false),
                        call -> left.equals("groups") ? call : call.size("groups", 1),
                        call -> call.size("rows", (int) ROWS),
                        call -> call.input("weight0", weight, INPUT * OUTPUT),
                        call -> call.size("replicas", 1));
        all.forEach(argument -> argument.apply(arguments));
        return arguments;
    }

    private static void refused(KernelArguments arguments, String why) {
        assertThatThrownBy(arguments::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("native kernel failed: perceptron: " + why);
    }

    @Test
    void argumentsInAnyOrderReachTheirPlaces() {
        layer("").run();

        Tensor expected = input.matmul(weight.t()).add(bias);
        assertThat(values.sub(expected).abs().max().item_double()).isLessThan(1e-6);
    }

    @Test
    void anArgumentThatIsMissingIsNamed() {
        refused(layer("bias0"), "expected the array bias0, found none");
        refused(layer("groups"), "expected size groups, found none");
    }

    @Test
    void anArgumentThatTheKernelDoesNotKnowIsRefused() {
        refused(layer("").size("row", 3), "expected no further argument, found size row");
        refused(layer("bias0").input("bias", bias, OUTPUT), "expected the array bias0, found none");
    }

    @Test
    void anArgumentGivenTwiceIsRefused() {
        refused(
                layer("").input("bias0", bias, OUTPUT),
                "expected no further argument, found real bias0");
    }

    @Test
    void anArgumentOfAnotherKindIsRefused() {
        refused(
                layer("bias0").output("bias0", bias, OUTPUT),
                "expected bias0 as real, found result");
        refused(layer("groups").constant("groups", 1.0), "expected groups as size, found constant");
        refused(
                layer("bias0")
                        .input(
                                "bias0",
                                torch.zeros(OUTPUT).to(ScalarType.Long),
                                OUTPUT,
                                ScalarType.Long),
                "expected bias0 as real, found integer");
    }

    @Test
    void aKernelThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> new KernelArguments("perceptrons", ScalarType.Float).run())
                .hasMessageContaining("there is no kernel of this name");
    }

    @Test
    void valuesWithoutNamesAreRefused() {
        byte[] kernel = "perceptron\0".getBytes(StandardCharsets.ISO_8859_1);
        byte[] names = "size:rows\0".getBytes(StandardCharsets.ISO_8859_1);
        long[] numbers = {1, 2};

        assertThat(NativeBindings.run_kernel(kernel, 4, names, numbers, 2)).isNotZero();
        assertThat(NativeBindings.last_error().getString())
                .contains("expected a name for each of 2 values, found 1");
        assertThat(NativeBindings.run_kernel(kernel, 4, names, numbers, 0)).isNotZero();
        assertThat(NativeBindings.last_error().getString()).contains("found one more name");
    }
}
