using System.Text;

namespace Waverless.Simulation;

/// <summary>Everything that happened, in order, as one number (FNV-1a, 64 bits).</summary>
internal sealed class SimTrace
{
    public ulong Hash { get; private set; } = 14695981039346656037UL;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Count++;
        foreach (var b in bytes)
        {
            Hash = (Hash ^ b) * 1099511628211UL;
        }
    }

    public void Add(string text) => Add(Encoding.UTF8.GetBytes(text));
}
