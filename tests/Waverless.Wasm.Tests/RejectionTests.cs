using System.Text;
using CsCheck;
using Waverless.Apps;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>What cannot run is refused at deploy, by name.</summary>
public sealed class RejectionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("(module)")]
    [InlineData("\u007fELF\u0002\u0001\u0001 machine code of somebody else")]
    public async Task Bytes_that_are_not_wasm_are_refused(string text)
    {
        var e = await RefuseAsync(Encoding.Latin1.GetBytes(text), "f");
        Assert.Equal(AppRejectionCode.ArtifactInvalid, e.Code);
        Assert.Contains("app.wasm: it is not WebAssembly", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_component_is_refused_as_such()
    {
        var e = await RefuseAsync([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], "f");
        Assert.Contains("component", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wasm_that_is_broken_is_refused()
    {
        var wasm = Wat.Assemble("(module (func (export \"f\")))");
        var e = await RefuseAsync([.. wasm, 1, 2, 3], "f");
        Assert.Equal(AppRejectionCode.ArtifactInvalid, e.Code);
        Assert.Contains("not valid WebAssembly", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_to_a_module_is_refused_or_loads()
    {
        var wasm = Wat.Assemble(Guests.With("(func (export \"f\"))"));
        Gen.Select(Gen.Int[8, wasm.Length - 1], Gen.Byte)
            .Array[1, 4]
            .Sample(
                damage =>
                {
                    var damaged = (byte[])wasm.Clone();
                    foreach (var (at, value) in damage)
                    {
                        damaged[at] = value;
                    }

                    using var runtime = WasmApp.NewRuntime();
                    var version = WasmApp.Version(damaged, [WasmApp.Function("f")]);
                    try
                    {
                        var app = runtime.LoadAsync(version, default).AsTask().Result;
                        app.DisposeAsync().AsTask().Wait();
                    }
                    catch (AggregateException e)
                    {
                        Assert.IsType<AppRejectedException>(e.InnerException);
                    }
                },
                iter: 300
            );
    }

    [Fact]
    public async Task An_import_that_nobody_provides_is_named_with_what_is_provided()
    {
        var e = await RefuseTextAsync(
            """
            (module (import "env" "kv_scan" (func (param i32 v128) (result i64)))
              (import "env" "table" (table 1 funcref)) (import "wasi_unstable" "x" (global i32))
              (memory (export "memory") 1) (func (export "f")))
            """
        );
        Assert.Equal(AppRejectionCode.ImportMissing, e.Code);
        Assert.Contains(
            "the function env.kv_scan (i32, vector or reference) -> i64, which nobody provides; "
                + "provided are env.kv_batch_ope, env.kv_batch_res, env.open_file",
            e.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("wasi_snapshot_preview1", e.Message, StringComparison.Ordinal);
        Assert.Contains("the global wasi_unstable.x", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_of_another_type_is_refused()
    {
        var e = await RefuseTextAsync(
            """
            (module (import "env" "write_result" (func (param i64)))
              (memory (export "memory") 1) (func (export "f")))
            """
        );
        Assert.Equal(AppRejectionCode.ImportMissing, e.Code);
        Assert.Contains(
            "imports env.write_result as (i64); provided is the function (i32, i32)",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_declared_function_that_is_not_exported_is_named()
    {
        var e = await RefuseTextAsync(
            "(module (memory (export \"memory\") 1) (func (export \"g\")) (func (export \"h\")))"
        );
        Assert.Equal(AppRejectionCode.ExportMissing, e.Code);
        Assert.Contains(
            "does not export a function 'f', which the manifest declares; exported are: g, h",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_global_of_the_functions_name_is_no_function()
    {
        var e = await RefuseTextAsync(
            "(module (memory (export \"memory\") 1) (global (export \"f\") i32 (i32.const 0)))"
        );
        Assert.Equal(AppRejectionCode.ExportMissing, e.Code);
    }

    [Fact]
    public async Task Every_reason_is_told_at_once()
    {
        var e = await RefuseTextAsync("(module (func (export \"f\") (param i32 i32)))");
        Assert.Equal(2, e.Reasons.Length);
        Assert.Contains("memory named 'memory'", e.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("'allocate' (i32) -> i32", e.Reasons[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(param i32)", "(i32)")]
    [InlineData("(param i32 i64)", "(i32, i64)")]
    [InlineData("(param f32) (result v128) v128.const i64x2 0 0", "(f32) -> vector or reference")]
    public async Task A_function_of_another_signature_is_refused(string function, string shown)
    {
        var e = await RefuseTextAsync(
            $"(module (memory (export \"memory\") 1) (func (export \"f\") {function}))"
        );
        Assert.Equal(AppRejectionCode.ArtifactInvalid, e.Code);
        Assert.Contains(
            $"'f' is {shown}; expected no parameters, or (i32, i32)",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_allocator_of_another_signature_is_refused()
    {
        var e = await RefuseTextAsync(
            """
            (module (memory (export "memory") 1) (func (export "f") (param i32 i32))
              (func (export "allocate") (param i64) (result i32) i32.const 0))
            """
        );
        Assert.Contains(
            "'allocate' is (i64) -> i32; expected (i32) -> i32",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_memory_that_starts_beyond_the_limit_is_refused()
    {
        var e = await RefuseTextAsync(
            "(module (memory (export \"memory\") 2000) (func (export \"f\")))"
        );
        Assert.Equal(AppRejectionCode.LimitExceeded, e.Code);
        Assert.Contains(
            "starts with 131072000 bytes; the function 'f' may have 67108864",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("(module (memory (export \"memory\") i64 1) (func (export \"f\")))")]
    [InlineData("(module (memory (export \"memory\") 1 2 shared) (func (export \"f\")))")]
    [InlineData("(module (memory (export \"memory\") 1) (memory 1) (func (export \"f\")))")]
    [InlineData("(module (memory (export \"memory\") 1) (type $s (struct)) (func (export \"f\")))")]
    public async Task Proposals_that_this_host_does_not_run_are_refused(string wat)
    {
        Assert.Equal(AppRejectionCode.ArtifactInvalid, (await RefuseTextAsync(wat)).Code);
    }

    [Fact]
    public async Task A_table_beyond_the_pool_is_refused()
    {
        var e = await RefuseTextAsync(
            "(module (memory (export \"memory\") 1) (table 30000 funcref) (func (export \"f\")))"
        );
        Assert.Contains("table", e.Message, StringComparison.Ordinal);
    }

    private static Task<AppRejectedException> RefuseTextAsync(string wat) =>
        RefuseAsync(Wat.Assemble(wat), "f");

    private static Task<AppRejectedException> RefuseAsync(byte[] wasm, string function) =>
        Assert.ThrowsAsync<AppRejectedException>(() =>
            WasmApp.LoadAsync(wasm, [WasmApp.Function(function)])
        );
}
