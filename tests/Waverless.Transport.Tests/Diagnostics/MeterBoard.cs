using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Waverless.Transport.Diagnostics;

/// <summary>Makes meters, and adds up what they report, by name and tags.</summary>
internal sealed class MeterBoard : IMeterFactory
{
    private readonly ConcurrentBag<Meter> _meters = [];
    private readonly ConcurrentDictionary<string, (double Sum, int Count)> _values = new(
        StringComparer.Ordinal
    );
    private readonly MeterListener _listener = new();

    public MeterBoard()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Contains(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Add(i, v, tags));
        _listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Add(i, v, tags));
        _listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Add(i, v, tags));
        _listener.Start();
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>How often something was reported.</summary>
    public int Count(string what) => _values.GetValueOrDefault(what).Count;

    /// <summary>The sum of what was reported; of a gauge what it says now.</summary>
    public double Sum(string what)
    {
        _listener.RecordObservableInstruments();
        return _values.GetValueOrDefault(what).Sum;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters)
        {
            meter.Dispose();
        }
    }

    private void Add(
        Instrument instrument,
        double value,
        ReadOnlySpan<KeyValuePair<string, object?>> tags
    )
    {
        var what = instrument.Name;
        foreach (var (name, tag) in tags)
        {
            what += $" {name}={tag}";
        }

        _values.AddOrUpdate(
            what,
            (value, 1),
            (_, before) =>
                instrument.IsObservable ? (value, 1) : (before.Sum + value, before.Count + 1)
        );
    }
}
