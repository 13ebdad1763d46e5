using Waverless.Contracts.Runtime;
using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>The wasm runtime keeps what every runtime promises.</summary>
public sealed class WasmFunctionRuntimeContractTests : FunctionRuntimeContract, IDisposable
{
    private readonly WasmFunctionRuntime _runtime = WasmApp.NewRuntime();

    public void Dispose() => _runtime.Dispose();

    protected override (IFunctionRuntime Runtime, AppVersion Version) Create()
    {
        var wasm = Wat.Assemble(
            Guests.With(
                """
                (func (export "echo") (param i32 i32)
                  (call $result (local.get 0) (local.get 1)))
                (func (export "fail") unreachable)
                (func (export "spin") (loop $again (br $again)))
                """
            )
        );
        return (
            _runtime,
            WasmApp.Version(
                wasm,
                [WasmApp.Function("echo"), WasmApp.Function("fail"), WasmApp.Function("spin")]
            )
        );
    }

    protected override IInvocationHost NewHost() => new TestHost();
}
