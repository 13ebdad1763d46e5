namespace Waverless.Wasm.Support;

/// <summary>Pieces of guests that many tests share.</summary>
internal static class Guests
{
    /// <summary>The five imports, a memory of one page and a bump allocator.</summary>
    internal const string Prelude = """
          (import "env" "kv_batch_ope" (func $ope (param i32 i32 i32)))
          (import "env" "kv_batch_res" (func $res (param i32 i32 i32)))
          (import "env" "open_file" (func $open (param i32 i32 i32)))
          (import "env" "read_file_at" (func $read (param i32 i32 i32 i32 i32)))
          (import "env" "write_result" (func $result (param i32 i32)))
          (memory (export "memory") 1)
          (global $free (mut i32) (i32.const 32768))
          (func (export "allocate") (param $size i32) (result i32)
            global.get $free
            global.get $free
            local.get $size
            i32.add
            global.set $free)
        """;

    /// <summary>A module with the prelude and this text.</summary>
    internal static string With(string text) => $"(module {Prelude} {text})";

    /// <summary>A data segment of little-endian 32-bit integers.</summary>
    internal static string Integers(int address, params int[] values)
    {
        var bytes = string.Concat(
            values.SelectMany(BitConverter.GetBytes).Select(b => $"\\{b:x2}")
        );
        return $"(data (i32.const {address}) \"{bytes}\")";
    }
}
