using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>What goes between one invocation and the partitions that it reads and writes.</summary>
/// <param name="began">When it began.</param>
/// <param name="isCold">Whether it found no warm instance.</param>
internal struct HostTraffic(long began, bool isCold)
{
    public readonly bool IsCold => isCold;

    /// <summary>Reads and commits: what would travel if it ran away from home.</summary>
    public int RoundTrips { get; private set; }

    public long BytesRead { get; private set; }

    public long BytesWritten { get; private set; }

    public void Read(int bytes)
    {
        RoundTrips++;
        BytesRead += bytes;
    }

    public void Read(KvPage page)
    {
        RoundTrips++;
        foreach (var entry in page.Entries)
        {
            BytesRead += entry.Key.Utf8.Length + entry.Value.Length;
        }
    }

    public void Wrote(Commit commit)
    {
        RoundTrips++;
        BytesWritten += commit.EncodedBytes - Commit.HeaderBytes;
    }

    /// <summary>Microseconds since the invocation began.</summary>
    public readonly long MicrosSince(TimeProvider time) =>
        (time.GetTimestamp() - began) * 1_000_000 / time.TimestampFrequency;
}
