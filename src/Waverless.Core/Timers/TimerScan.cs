using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>Reads timers of a partition in order of their keys.</summary>
internal static class TimerScan
{
    public static async IAsyncEnumerable<KvEntry> ReadAsync(
        IStorageEngine engine,
        PartitionId partition,
        string prefix
    )
    {
        var range = KvRange.Prefix(prefix);
        while (true)
        {
            var page = await engine.ScanAsync(
                partition,
                range,
                ReadOptions.System,
                CancellationToken.None
            );
            foreach (var entry in page.Entries)
            {
                yield return entry;
            }

            if (page.Next is not { } next)
            {
                yield break;
            }

            range = range with { From = next };
        }
    }
}
