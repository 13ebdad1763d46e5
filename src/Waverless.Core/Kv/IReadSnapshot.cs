using System.Buffers;

namespace Waverless.Kv;

/// <summary>
/// One state of one partition, that later commits do not change: all reads see the same commits
/// and the same store time. Not thread-safe; keeps what it shows on disk until it is disposed.
/// </summary>
public interface IReadSnapshot : IDisposable
{
    /// <summary>
    /// Every commit up to this revision number is in the snapshot; later ones may be.
    /// </summary>
    ulong Number { get; }

    /// <summary>Reads one key into <paramref name="into"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="area">Which keys.</param>
    /// <param name="into">Receives the value's bytes if the key is present.</param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<KvRead> GetAsync(
        KvKey key,
        KeyArea area,
        IBufferWriter<byte> into,
        CancellationToken ct
    );

    /// <summary>Reads one page of a range.</summary>
    /// <param name="range">What to read.</param>
    /// <param name="area">Which keys.</param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<KvPage> ScanAsync(KvRange range, KeyArea area, CancellationToken ct);
}
