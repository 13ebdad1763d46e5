using System.Diagnostics.Metrics;
using Waverless.Diagnostics;
using Waverless.Storage.Backups;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Diagnostics;

/// <summary>Measures a store; costs a branch a write while nobody listens.</summary>
internal sealed class StorageMetrics
{
    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _groups;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly double _secondsPerTick;

    public StorageMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _secondsPerTick = 1.0 / time.TimestampFrequency;
        _meter = meters.Create(WaverlessTelemetry.StorageMeterName);
        _duration = _meter.CreateHistogram<double>(
            "waverless.storage.commit.duration",
            "s",
            "Time to write a group of commits.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                [
                    0.000_005,
                    0.000_01,
                    0.000_05,
                    0.000_1,
                    0.000_5,
                    0.001,
                    0.005,
                    0.01,
                    0.1,
                    1,
                ],
            }
        );
        _groups = _meter.CreateHistogram<int>(
            "waverless.storage.group.size",
            "{commit}",
            "Commits that are written together."
        );
        _bytes = _meter.CreateCounter<long>(
            "waverless.storage.written",
            "By",
            "Bytes of records that were written."
        );
        _failures = _meter.CreateCounter<long>(
            "waverless.storage.failures",
            "{write}",
            "Writes that the disk refused."
        );
    }

    /// <summary>Observes what can be read at any time.</summary>
    public void Observe(IKeyspace keyspace, Func<StorageHealth> health, string folder)
    {
        _meter.CreateObservableGauge(
            "waverless.storage.health",
            () => (int)health(),
            "{state}",
            "0: serving, 1: the disk is full, 2: stopped after a failure."
        );
        _meter.CreateObservableGauge(
            "waverless.storage.stalled",
            () => Sizes(keyspace).AreWritesStopped ? 1 : 0,
            "{state}",
            "1: writes wait until RocksDB has caught up."
        );
        _meter.CreateObservableGauge(
            "waverless.storage.tables",
            () => Sizes(keyspace).TableBytes,
            "By",
            "Table files."
        );
        _meter.CreateObservableGauge(
            "waverless.storage.log",
            () => Sizes(keyspace).LogBytes,
            "By",
            "Write-ahead log."
        );
        _meter.CreateObservableGauge(
            "waverless.storage.memory",
            () => Sizes(keyspace).MemoryBytes,
            "By",
            "Writes that are not in table files yet."
        );
        _meter.CreateObservableGauge(
            "waverless.storage.disk.free",
            () => DiskRoom.FreeBytes(folder) ?? 0,
            "By",
            "Free bytes where the store is."
        );
    }

    /// <summary>When a write begins; 0 if nobody listens.</summary>
    public long Begin() => _duration.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>A group was written, or refused by the disk.</summary>
    public void Wrote(long began, int bytes, bool isWritten)
    {
        if (began != 0)
        {
            _duration.Record((_time.GetTimestamp() - began) * _secondsPerTick);
        }

        if (isWritten)
        {
            _bytes.Add(bytes);
        }
        else
        {
            _failures.Add(1);
        }
    }

    /// <summary>How many commits were written together.</summary>
    public void Grouped(int commits) => _groups.Record(commits);

    /// <summary>A collector may come while the store closes.</summary>
    private static KeyspaceSizes Sizes(IKeyspace keyspace)
    {
        try
        {
            return keyspace.Sizes();
        }
        catch (Kv.StorageException)
        {
            return default;
        }
    }
}
