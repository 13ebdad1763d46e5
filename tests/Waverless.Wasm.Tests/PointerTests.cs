using System.Globalization;
using CsCheck;
using Waverless.Invocations;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>
/// Whatever numbers a guest passes to an import, the answer is a typed error or a result.
/// </summary>
public sealed class PointerTests
{
    // Five integers as text choose the arguments of one call.
    private static readonly string Caller = Guests.With(
        """
        (func $arg (param $i i32) (result i32)
          (i32.load (i32.add (i32.const 32768) (i32.mul (local.get $i) (i32.const 4)))))
        (func (export "ope") (param i32 i32)
          (call $ope (call $arg (i32.const 0)) (call $arg (i32.const 1)) (call $arg (i32.const 2))))
        (func (export "res") (param i32 i32)
          (call $res (call $arg (i32.const 0)) (call $arg (i32.const 1)) (call $arg (i32.const 2))))
        (func (export "open") (param i32 i32)
          (call $open (call $arg (i32.const 0)) (call $arg (i32.const 1))
            (call $arg (i32.const 2))))
        (func (export "read") (param i32 i32)
          (call $read (call $arg (i32.const 0)) (call $arg (i32.const 1)) (call $arg (i32.const 2))
            (call $arg (i32.const 3)) (call $arg (i32.const 4))))
        (func (export "result") (param i32 i32)
          (call $result (call $arg (i32.const 0)) (call $arg (i32.const 1))))
        """
    );

    private static readonly string[] Functions = ["ope", "res", "open", "read", "result"];

    private static readonly int[] Edges = [0, 65_535, 65_536, int.MaxValue, int.MinValue, -1, -4];

    private static readonly Gen<int> Integer = Gen.Frequency(
        (4, Gen.Int[-8, 70_000]),
        (2, Gen.Int[0, Edges.Length - 1].Select(index => Edges[index])),
        (2, Gen.Int)
    );

    [Fact]
    public async Task Random_arguments_never_reach_outside_the_guest()
    {
        await using var app = await WasmApp.LoadTextAsync(Caller, Functions);
        var host = new TestHost();
        Gen.Select(
                Gen.Int[0, Functions.Length - 1].Select(index => Functions[index]),
                Integer.Array[5]
            )
            .Sample(
                (function, arguments) =>
                {
                    var payload = Payload.From(
                        arguments.SelectMany(BitConverter.GetBytes).ToArray()
                    );
                    var call = app.Call(function, payload);
                    var result = app.Loaded.InvokeAsync(call, host, default).AsTask().Result;
                    Assert.True(
                        result.Status
                            is InvocationStatus.Completed
                                or InvocationStatus.Trapped
                                or InvocationStatus.PermissionDenied
                                or InvocationStatus.TooLarge,
                        $"{result.Status}: {result.Error}"
                    );
                },
                iter: 20_000,
                threads: 1
            );
    }

    [Theory]
    [InlineData("ope", "65536 1 0 0 0", "kv_batch_ope: opes_ptr names 4 bytes at address 65536")]
    [InlineData("ope", "-4 4 0 0 0", "kv_batch_ope: opes_ptr names 16 bytes at address 4294967292")]
    [InlineData("ope", "0 -1 0 0 0", "kv_batch_ope: opes_len is -1; expected 1 to 50001")]
    [InlineData("ope", "0 2147483647 0 0 0", "kv_batch_ope: opes_len is 2147483647")]
    [InlineData("ope", "0 1 65533 0 0", "kv_batch_ope: out_id_ptr names 4 bytes at address 65533")]
    [InlineData("res", "1 65535 2 0 0", "kv_batch_res: args_ptr names 8 bytes at address 65535")]
    [InlineData("res", "1 0 3 0 0", "kv_batch_res: args_len is 3; expected an even number")]
    [InlineData("res", "1 0 -2 0 0", "kv_batch_res: args_len is -2")]
    [InlineData("open", "65530 8 0 0 0", "open_file: name_ptr names 8 bytes at address 65530")]
    [InlineData("open", "0 -1 0 0 0", "open_file: name_ptr names -1 bytes at address 0")]
    [InlineData("open", "0 1 -2 0 0", "open_file: out_fd_ptr names 4 bytes")]
    [InlineData("read", "0 65000 1000 0 0", "read_file_at: buf_ptr names 1000 bytes")]
    [InlineData("read", "0 0 -5 0 0", "read_file_at: buf_ptr names -5 bytes")]
    [InlineData("read", "0 0 4 0 -1", "read_file_at: out_len_ptr names 4 bytes")]
    [InlineData("read", "3 0 4 0 0", "read_file_at: fd 3 is not open")]
    [InlineData("result", "1 65536 0 0 0", "write_result: ptr names 65536 bytes at address 1")]
    [InlineData("result", "-1 2 0 0 0", "write_result: ptr names 2 bytes at address 4294967295")]
    [InlineData("result", "0 -2147483648 0 0 0", "write_result: ptr names -2147483648 bytes")]
    public async Task A_bad_argument_is_a_trap_that_names_import_argument_and_bounds(
        string function,
        string arguments,
        string expected
    )
    {
        await using var app = await WasmApp.LoadTextAsync(Caller, Functions);
        var integers = arguments.Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture));
        var payload = Payload.From(integers.SelectMany(BitConverter.GetBytes).ToArray());
        var result = await app.InvokeAsync(function, payload);
        Assert.Equal(InvocationStatus.Trapped, result.Status);
        Assert.StartsWith(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_takes_a_payload_keeps_it_apart_from_its_data()
    {
        await using var app = await WasmApp.LoadTextAsync(Caller, Functions);
        var result = await app.InvokeAsync("result", Payload.From(new byte[20]));
        Assert.True(result.IsCompleted, result.Error);
    }
}
