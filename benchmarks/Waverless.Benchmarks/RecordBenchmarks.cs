using BenchmarkDotNet.Attributes;
using Waverless.Apps;
using Waverless.Scheduling.Characters;
using Waverless.Scheduling.Warming;

namespace Waverless.Benchmarks;

/// <summary>What it costs an invocation that its node learns from it.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private readonly CharacterTable _table = new(TimeProvider.System);
    private readonly AppWarmth _warmth = new();
    private FunctionProfile _profile = null!;
    private long _value;

    [GlobalSetup]
    public void Setup()
    {
        _profile = _table.Of(new FunctionAddress("app", "function"))!;
        _warmth.Made(4);
        for (var i = 1ul; i <= 4; i++)
        {
            _profile.SetOff(i, 1, 1);
        }
    }

    /// <summary>All that one run with keys records at its begin and end.</summary>
    [Benchmark(Baseline = true)]
    public void Run()
    {
        _value = (_value * 5) & 0xFFFF | 1;
        _warmth.Began(1);
        _profile.Record(Measure.Run, _value);
        _profile.Record(Measure.Payload, 64);
        _profile.Record(Measure.RoundTrips, 2);
        _profile.Record(Measure.Read, _value);
        _profile.Record(Measure.Written, 512);
    }

    /// <summary>A function sets off another one.</summary>
    [Benchmark]
    public void SetOff() => _profile.SetOff(4, 1, 77);

    /// <summary>For scale: a look at the clock, of which an invocation has two anyway.</summary>
    [Benchmark]
    public long Clock() => TimeProvider.System.GetTimestamp();
}
