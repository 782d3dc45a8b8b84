/*
 * A second type of device for tests on machines without an accelerator: LibTorch's PrivateUse1,
 * whose memory is the processor's and whose operations are the processor's own.
 *
 * What an accelerator would refuse is refused here: an operation that is given a tensor of the
 * processor. What makes an accelerator wait is counted: copies to the host and scalars read.
 */
#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/Resize.h>
#include <ATen/native/TensorFactories.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <jni.h>
#include <torch/library.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace {

constexpr auto kType = c10::DeviceType::PrivateUse1;
constexpr c10::DispatchKeySet kKeys(c10::DispatchKey::PrivateUse1);

std::atomic<int64_t> host_reads{0};

struct Memory final : c10::Allocator {
    c10::DataPtr allocate(size_t bytes) override {
        void* memory = bytes == 0 ? nullptr : std::malloc(bytes);
        return {memory, memory, &std::free, c10::Device(kType, 0)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &std::free; }
    void copy_data(void* to, const void* from, std::size_t bytes) const override {
        default_copy_data(to, from, bytes);
    }
};

Memory memory;

struct Guard final : c10::impl::NoOpDeviceGuardImpl<kType> {
    c10::DeviceIndex deviceCount() const noexcept override { return 1; }
    // One stream, and everything has happened when it returns.
    c10::Stream getStream(c10::Device device) const noexcept override { return only(device); }
    c10::Stream getDefaultStream(c10::Device device) const override { return only(device); }
    c10::Stream getNewStream(c10::Device device, int) const override { return only(device); }
    c10::Stream exchangeStream(c10::Stream stream) const noexcept override { return stream; }
    static c10::Stream only(c10::Device device) {
        return c10::Stream(c10::Stream::DEFAULT, device);
    }
    void record(void**, const c10::Stream&, const c10::DeviceIndex,
                const c10::EventFlag) const override {}
    void block(void*, const c10::Stream&) const override {}
    bool queryEvent(void*) const override { return true; }
    void synchronizeEvent(void*) const override {}
    bool queryStream(const c10::Stream&) const override { return true; }
    void synchronizeStream(const c10::Stream&) const override {}
};

struct Hooks final : at::PrivateUse1HooksInterface {
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    c10::DeviceIndex deviceCount() const override { return 1; }
    c10::DeviceIndex getCurrentDevice() const override { return 0; }
};

Hooks hooks;

C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);

const bool registered = [] {
    c10::register_privateuse1_backend("privateuseone");
    c10::SetAllocator(kType, &memory);
    at::RegisterPrivateUse1HooksInterface(&hooks);
    return true;
}();

bool there(const at::Tensor& tensor) {
    return tensor.defined() && tensor.device().type() == kType;
}

/* The same memory as a tensor of the processor. */
at::Tensor here(const at::Tensor& tensor) {
    return at::from_blob(
        tensor.data_ptr(), tensor.sizes(), tensor.strides(), [](void*) {},
        tensor.options().device(c10::kCPU));
}

at::Tensor empty(c10::IntArrayRef size, std::optional<at::ScalarType> dtype,
                 std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>,
                 std::optional<at::MemoryFormat> format) {
    return at::detail::empty_generic(size, &memory, kKeys, c10::dtype_or_default(dtype), format);
}

at::Tensor empty_strided(c10::IntArrayRef size, c10::IntArrayRef stride,
                         std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
                         std::optional<at::Device>, std::optional<bool>) {
    return at::detail::empty_strided_generic(size, stride, &memory, kKeys,
                                             c10::dtype_or_default(dtype));
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool) {
    if (there(from) && !there(to)) {
        host_reads++;
    }
    at::Tensor source = there(from) ? here(from) : from;
    at::Tensor target = there(to) ? here(to) : to;
    target.copy_(source);
    return to;
}

at::Scalar read(const at::Tensor& tensor) {
    host_reads++;
    return here(tensor).item();
}

const at::Tensor& resized(const at::Tensor& tensor, c10::IntArrayRef size,
                          std::optional<at::MemoryFormat>) {
    const size_t bytes = static_cast<size_t>(c10::multiply_integers(size)) * tensor.itemsize();
    c10::StorageImpl* storage = tensor.storage().unsafeGetStorageImpl();
    if (storage->nbytes() < bytes) {
        c10::DataPtr longer = memory.allocate(bytes);
        std::memcpy(longer.get(), storage->data(), storage->nbytes());
        storage->set_data_ptr_noswap(std::move(longer));
        storage->set_nbytes(bytes);
    }
    tensor.unsafeGetTensorImpl()->set_sizes_contiguous(size);
    return tensor;
}

/* The cell that LibTorch asks accelerators for, from its equations; workspace: r, z, n, h, U h. */
std::tuple<at::Tensor, at::Tensor> gru_cell(const at::Tensor& input, const at::Tensor& hidden,
                                            const at::Tensor& before,
                                            const std::optional<at::Tensor>& input_bias,
                                            const std::optional<at::Tensor>& hidden_bias) {
    auto biased = [](const at::Tensor& gates, const std::optional<at::Tensor>& bias) {
        return bias && bias->defined() ? gates + *bias : gates;
    };
    std::vector<at::Tensor> in = biased(input, input_bias).chunk(3, 1);
    std::vector<at::Tensor> state = biased(hidden, hidden_bias).chunk(3, 1);
    at::Tensor reset = (in[0] + state[0]).sigmoid();
    at::Tensor update = (in[1] + state[1]).sigmoid();
    at::Tensor fresh = (in[2] + reset * state[2]).tanh();
    return {fresh + update * (before - fresh),
            at::cat({reset, update, fresh, before, state[2]}, 1)};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor> gru_cell_backward(
    const at::Tensor& gradient, const at::Tensor& workspace, bool has_bias) {
    std::vector<at::Tensor> kept = workspace.chunk(5, 1);
    const at::Tensor &reset = kept[0], &update = kept[1], &fresh = kept[2];
    at::Tensor to_fresh = gradient * (1 - update) * (1 - fresh * fresh);
    at::Tensor to_update = gradient * (kept[3] - fresh) * update * (1 - update);
    at::Tensor to_reset = to_fresh * kept[4] * reset * (1 - reset);
    at::Tensor input = at::cat({to_reset, to_update, to_fresh}, 1);
    at::Tensor hidden = at::cat({to_reset, to_update, to_fresh * reset}, 1);
    return {input, hidden, gradient * update, has_bias ? input.sum(0) : at::Tensor(),
            has_bias ? hidden.sum(0) : at::Tensor()};
}

at::Tensor refused_unless_there(const c10::OperatorHandle& op, const at::Tensor& tensor) {
    if (!tensor.defined()) {
        return tensor;
    }
    // A number that was written in the program becomes such a tensor on its way.
    if (tensor.unsafeGetTensorImpl()->is_wrapped_number()) {
        return tensor;
    }
    TORCH_CHECK(there(tensor), "expected all tensors on the second device, found one on ",
                tensor.device(), " in ", op.schema().operator_name(), " ", tensor.sizes());
    return here(tensor);
}

at::Tensor taken_there(const at::Tensor& result) {
    if (!result.defined()) {
        return result;
    }
    at::Tensor made = at::empty_strided(result.sizes(), result.strides(),
                                        result.options().device(c10::Device(kType, 0)));
    here(made).copy_(result);
    return made;
}

bool written(const c10::FunctionSchema& schema, size_t input) {
    const auto* alias = schema.arguments()[input].alias_info();
    return alias != nullptr && alias->isWrite();
}

/* Any operation: the processor's on the same memory. */
void fallback(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
    const auto& schema = op.schema();
    const size_t inputs = schema.arguments().size();
    std::vector<c10::IValue> given(stack->end() - static_cast<long>(inputs), stack->end());
    stack->resize(stack->size() - inputs);
    // The operation returns references to what it wrote to, which leaves the stack before.
    std::vector<at::Tensor> held;
    for (size_t input = 0; input < inputs; input++) {
        const c10::IValue& value = given[input];
        // An operation may take what it writes to for scratch, and give it another size.
        if (written(schema, input) && schema.arguments()[input].kwarg_only() && value.isTensor()) {
            held.push_back(at::empty({0}, value.toTensor().options().device(c10::kCPU)));
            stack->emplace_back(held.back());
        } else if (value.isTensor()) {
            stack->emplace_back(refused_unless_there(op, value.toTensor()));
        } else if (value.isTensorList()) {
            std::vector<at::Tensor> list;
            for (const at::Tensor& tensor : value.toTensorVector()) {
                list.push_back(refused_unless_there(op, tensor));
            }
            stack->emplace_back(list);
        } else if (value.isOptionalTensorList()) {
            c10::List<std::optional<at::Tensor>> list;
            for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorList()) {
                list.push_back(tensor ? std::optional<at::Tensor>(refused_unless_there(op, *tensor))
                                      : std::nullopt);
            }
            stack->emplace_back(list);
        } else if (value.isDevice()) {
            stack->emplace_back(c10::Device(c10::kCPU));
        } else {
            stack->push_back(value);
        }
    }
    op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
    const size_t outputs = schema.returns().size();
    std::vector<c10::IValue> results(stack->end() - static_cast<long>(outputs), stack->end());
    stack->resize(stack->size() - outputs);
    for (size_t index = 0; index < outputs; index++) {
        const auto* alias = schema.returns()[index].alias_info();
        const c10::IValue& result = results[index];
        if (alias == nullptr) {
            if (result.isTensor()) {
                stack->emplace_back(taken_there(result.toTensor()));
            } else if (result.isTensorList()) {
                std::vector<at::Tensor> list;
                for (const at::Tensor& tensor : result.toTensorVector()) {
                    list.push_back(taken_there(tensor));
                }
                stack->emplace_back(list);
            } else {
                stack->push_back(result);
            }
            continue;
        }
        TORCH_CHECK(alias->isWrite(), "expected no view from ", schema.operator_name());
        for (size_t input = 0; input < inputs; input++) {
            const auto* of = schema.arguments()[input].alias_info();
            if (of != nullptr && of->afterSets() == alias->afterSets()) {
                const at::Tensor& whole = result.toTensor();
                const at::Tensor& target = given[input].toTensor();
                if (target.sizes() != whole.sizes()) {
                    resized(target, whole.sizes(), std::nullopt);
                }
                if (schema.arguments()[input].kwarg_only()) {
                    here(target).copy_(whole);
                }
                stack->push_back(given[input]);
                break;
            }
        }
    }
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
    library.impl("empty.memory_format", &empty);
    library.impl("empty_strided", &empty_strided);
    library.impl("_copy_from", &copy_from);
    library.impl("_local_scalar_dense", &read);
    library.impl("resize_", &resized);
    library.impl("_thnn_fused_gru_cell", &gru_cell);
    library.impl("_thnn_fused_gru_cell_backward", &gru_cell_backward);
    library.impl("as_strided", &at::native::as_strided_tensorimpl);
    library.impl("view", &at::native::view);
    library.impl("_reshape_alias", &at::native::_reshape_alias);
    library.impl("alias", &at::native::alias);
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
    library.fallback(torch::CppFunction::makeFromBoxedFunction<&fallback>());
}

}  // namespace

extern "C" JNIEXPORT jlong JNICALL Java_org_cfcql_baselines_SecondDevice_hostReads(JNIEnv*,
                                                                                   jclass) {
    return host_reads.load();
}
