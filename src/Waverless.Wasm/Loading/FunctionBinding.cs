using System.Text;

namespace Waverless.Wasm.Loading;

/// <summary>What is known at deploy of how one function is called.</summary>
internal sealed class FunctionBinding
{
    /// <summary>Most values that a function may return; they are ignored.</summary>
    internal const int ResultsMax = 16;

    internal FunctionBinding(string export, bool takesPayload, int resultCount, long memoryBytesMax)
    {
        ExportName = Encoding.UTF8.GetBytes(export);
        TakesPayload = takesPayload;
        SlotCount = Math.Max(takesPayload ? 2 : 0, resultCount);
        MemoryBytesMax = memoryBytesMax;
    }

    /// <summary>The export's name, UTF-8.</summary>
    internal byte[] ExportName { get; }

    /// <summary>Whether it is called with address and length of the payload.</summary>
    internal bool TakesPayload { get; }

    /// <summary>Values that an unchecked call needs room for.</summary>
    internal int SlotCount { get; }

    /// <summary>To how many bytes its instance may grow.</summary>
    internal long MemoryBytesMax { get; }
}
