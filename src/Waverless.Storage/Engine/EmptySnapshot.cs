using System.Buffers;
using Waverless.Kv;

namespace Waverless.Storage.Engine;

/// <summary>The state of a partition that nothing was ever written to.</summary>
internal sealed class EmptySnapshot : IReadSnapshot
{
    /// <inheritdoc />
    public ulong Number => 0;

    /// <inheritdoc />
    public ValueTask<KvRead> GetAsync(
        KvKey key,
        KeyArea area,
        IBufferWriter<byte> into,
        CancellationToken ct
    ) => new(KvRead.Absent);

    /// <inheritdoc />
    public ValueTask<KvPage> ScanAsync(KvRange range, KeyArea area, CancellationToken ct) =>
        new(new KvPage([], null));

    /// <inheritdoc />
    public void Dispose()
    {
        // Nothing is kept.
    }
}
