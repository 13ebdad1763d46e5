using System.Buffers;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>One state of one partition.</summary>
internal sealed class ReadSnapshot(
    IKeyspaceView view,
    PartitionKeys keys,
    ulong number,
    ReadTime time,
    KvLimits limits
) : IReadSnapshot
{
    /// <inheritdoc />
    public ulong Number => number;

    /// <inheritdoc />
    public ValueTask<KvRead> GetAsync(
        KvKey key,
        KeyArea area,
        IBufferWriter<byte> into,
        CancellationToken ct
    ) => new(ValueReader.Get(view, keys, area, key.Span, time, into));

    /// <inheritdoc />
    public ValueTask<KvPage> ScanAsync(KvRange range, KeyArea area, CancellationToken ct) =>
        new(RangeReader.Scan(view, keys, area, range, time, limits));

    /// <inheritdoc />
    public void Dispose() => view.Dispose();
}
