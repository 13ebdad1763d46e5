using Harness.Wasm;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;

namespace Harness.Nodes;

/// <summary>The small C function that is invoked, in the product and by hand.</summary>
public static class Guest
{
    public const string Address = "fn2/fn2";
    public const string Export = "fn2";

    public static ReadOnlySpan<byte> Answer => "hello world"u8;

    public static string Folder => BenchmarkNode.AppFolder("fn2");

    public static byte[] Wasm => File.ReadAllBytes(Path.Combine(Folder, "app.wasm"));

    public static Task<BenchmarkNode> StartNodeAsync(TemporaryFolder data) =>
        BenchmarkNode.StartAsync(data.At("node"), waverless => waverless.AddApps(Folder));

    public static bool IsRight(in InvocationResult result) =>
        result.IsCompleted && result.Body.Span.SequenceEqual(Answer);

    /// <summary>One invocation by hand; whether it answered what it should.</summary>
    public static bool RunRaw(RawModule module)
    {
        Span<byte> result = stackalloc byte[64];
        return result[..module.Invoke(result)].SequenceEqual(Answer);
    }
}
