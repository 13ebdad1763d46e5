using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Storage;

namespace Harness.Nodes;

/// <summary>A node with one app of delegates, whose keys the rows about data use.</summary>
public static class KvNode
{
    public const string App = "hop";
    public const string Trigger = "hop_{}";
    public const int KeyCount = 100_000;
    public const int ValueBytes = 100;

    /// <summary>Keys that start nothing, in an order that jumps about.</summary>
    public static IReadOnlyList<byte[]> Keys { get; } =
    [
        .. Enumerable
            .Range(0, KeyCount)
            .Select(index =>
                Encoding.UTF8.GetBytes($"value_{(index * 48_271L + 11) % KeyCount:D8}")
            ),
    ];

    /// <summary>What every key holds.</summary>
    public static ReadOnlyMemory<byte> Value { get; } = MakeValue();

    /// <param name="data">Where its data is.</param>
    /// <param name="landed">Called as the triggered function's first instruction.</param>
    /// <param name="durability">What an acknowledged commit survives.</param>
    public static Task<BenchmarkNode> StartAsync(
        TemporaryFolder data,
        Action landed,
        StorageDurability durability = StorageDurability.Process
    )
    {
        Func<FunctionContext, ValueTask<InvocationResult>> land = _ =>
        {
            landed();
            return new(InvocationResult.Completed());
        };
        return BenchmarkNode.StartAsync(
            data.At("node"),
            waverless => waverless.AddFunction($"{App}/land", land, f => f.OnSet(Trigger)),
            durability
        );
    }

    private static byte[] MakeValue()
    {
        var value = new byte[ValueBytes];
        for (var index = 0; index < value.Length; index++)
        {
            value[index] = (byte)('a' + (index * 7 % 26));
        }

        return value;
    }
}
