using System.Runtime.InteropServices;
using System.Text;

namespace Harness.Wasm;

/// <summary>
/// A module pre-linked with one host function, <c>env.write_result</c>. Each invocation is a fresh
/// store, instance and call, as tight as the C API allows. Thread-safe.
/// </summary>
public sealed unsafe class RawModule : IDisposable
{
    private const byte KindI32 = 0;
    private readonly RawEngine _engine;
    private readonly byte[] _export;
    private readonly nint _module;
    private readonly nint _prelinked;

    private RawModule(RawEngine engine, nint module, string export)
    {
        _engine = engine;
        _module = module;
        _export = Encoding.UTF8.GetBytes(export);
        _prelinked = Link(engine, module);
    }

    /// <summary>Compiles WebAssembly.</summary>
    public static RawModule Compile(RawEngine engine, ReadOnlySpan<byte> wasm, string export)
    {
        nint module;
        fixed (byte* bytes = wasm)
        {
            Check(
                RawNative.wasmtime_module_new(engine.Pointer, bytes, (nuint)wasm.Length, &module)
            );
        }

        return new RawModule(engine, module, export);
    }

    /// <summary>Maps machine code that <see cref="Save"/> wrote.</summary>
    public static RawModule Load(RawEngine engine, string path, string export)
    {
        nint module;
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            Check(RawNative.wasmtime_module_deserialize_file(engine.Pointer, text, &module));
        }

        return new RawModule(engine, module, export);
    }

    /// <summary>Loads machine code that <see cref="Save"/> wrote and somebody read.</summary>
    public static RawModule Load(RawEngine engine, ReadOnlySpan<byte> code, string export)
    {
        nint module;
        fixed (byte* bytes = code)
        {
            Check(
                RawNative.wasmtime_module_deserialize(
                    engine.Pointer,
                    bytes,
                    (nuint)code.Length,
                    &module
                )
            );
        }

        return new RawModule(engine, module, export);
    }

    /// <summary>Writes the machine code to a file.</summary>
    public void Save(string path)
    {
        RawVector code;
        Check(RawNative.wasmtime_module_serialize(_module, &code));
        using var file = File.Create(path);
        file.Write(new ReadOnlySpan<byte>(code.Items, (int)code.Size));
        RawNative.wasm_byte_vec_delete(&code);
    }

    /// <summary>Runs the export in a fresh sandbox; returns the length of what it wrote.</summary>
    public int Invoke(Span<byte> result)
    {
        fixed (byte* into = result)
        fixed (byte* name = _export)
        fixed (byte* memory = "memory"u8)
        {
            var call = new RawCall { Into = into, Room = result.Length };
            var store = RawNative.wasmtime_store_new(_engine.Pointer, (nint)(&call), 0);
            var context = RawNative.wasmtime_store_context(store);
            RawNative.wasmtime_context_set_epoch_deadline(context, 1_000_000);
            call.Context = context;
            RawInstance instance;
            nint trap = 0;
            Check(
                RawNative.wasmtime_instance_pre_instantiate(_prelinked, context, &instance, &trap)
            );
            RawExtern found;
            _ = RawNative.wasmtime_instance_export_get(context, &instance, memory, 6, &found);
            call.Memory = found.Memory;
            _ = RawNative.wasmtime_instance_export_get(
                context,
                &instance,
                name,
                (nuint)_export.Length,
                &found
            );
            long value = 0;
            Check(
                RawNative.wasmtime_func_call_unchecked(context, &found.Function, &value, 0, &trap)
            );
            RawNative.wasmtime_store_delete(store);
            return trap == 0 ? call.Length : throw new InvalidOperationException("trapped");
        }
    }

    public void Dispose()
    {
        RawNative.wasmtime_instance_pre_delete(_prelinked);
        RawNative.wasmtime_module_delete(_module);
    }

    [UnmanagedCallersOnly]
    private static nint WriteResult(nint environment, nint caller, long* values, nuint length)
    {
        var context = RawNative.wasmtime_caller_context(caller);
        var call = (RawCall*)RawNative.wasmtime_context_get_data(context);
        var memory = RawNative.wasmtime_memory_data(context, &call->Memory);
        var size = (long)RawNative.wasmtime_memory_data_size(context, &call->Memory);

        // A value of the C API takes sixteen bytes.
        var (address, count) = ((uint)values[0], (uint)values[2]);
        if (address + (long)count <= size && count <= call->Room)
        {
            new ReadOnlySpan<byte>(memory + address, (int)count).CopyTo(
                new Span<byte>(call->Into, call->Room)
            );
            call->Length = (int)count;
        }

        return 0;
    }

    private static nint Link(RawEngine engine, nint module)
    {
        var linker = RawNative.wasmtime_linker_new(engine.Pointer);
        var kinds = stackalloc nint[2];
        kinds[0] = RawNative.wasm_valtype_new(KindI32);
        kinds[1] = RawNative.wasm_valtype_new(KindI32);
        RawVector parameters;
        RawVector results;
        RawNative.wasm_valtype_vec_new(&parameters, 2, kinds);
        RawNative.wasm_valtype_vec_new(&results, 0, kinds);
        var type = RawNative.wasm_functype_new(&parameters, &results);
        fixed (byte* space = "env"u8)
        fixed (byte* name = "write_result"u8)
        {
            Check(
                RawNative.wasmtime_linker_define_func_unchecked(
                    linker,
                    space,
                    3,
                    name,
                    12,
                    type,
                    &WriteResult,
                    0,
                    0
                )
            );
        }

        RawNative.wasm_functype_delete(type);
        nint prelinked;
        Check(RawNative.wasmtime_linker_instantiate_pre(linker, module, &prelinked));
        RawNative.wasmtime_linker_delete(linker);
        return prelinked;
    }

    private static void Check(nint error)
    {
        if (error == 0)
        {
            return;
        }

        RawVector text;
        RawNative.wasmtime_error_message(error, &text);
        throw new InvalidOperationException(
            Encoding.UTF8.GetString(new ReadOnlySpan<byte>(text.Items, (int)text.Size))
        );
    }
}
