using System.Collections.Immutable;

namespace Waverless.Scheduling.Characters;

/// <summary>
/// What is known of one function, or of an app as a whole. Recording is for any thread and takes
/// no lock; everything else is for the one who folds.
/// </summary>
/// <param name="hash">The function's address, or the app, hashed.</param>
/// <param name="app">The app, hashed.</param>
internal sealed class FunctionProfile(ulong hash, ulong app)
{
    /// <summary>Functions that one is known to set off; further ones are not told apart.</summary>
    public const int EdgesMax = 16;

    /// <summary>Measures of a function, edges apart.</summary>
    public const int Measures = (int)Measure.Edge;

    private readonly Series[] _series = NewSeries();
    private Edge[] _edges = [];
    private CharacterNow _now = CharacterNow.Nothing;

    public ulong Hash => hash;

    public ulong App => app;

    /// <summary>Whether the table has let go of it: what is recorded here is lost.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>When something was last recorded or heard, in ticks of the table.</summary>
    public long LastSeen { get; set; }

    /// <summary>Runs on this node; runs over.</summary>
    public uint LocalRuns { get; set; }

    /// <summary>What schedulers are told; a snapshot, never torn.</summary>
    public CharacterNow Now
    {
        get => Volatile.Read(ref _now);
        set => Volatile.Write(ref _now, value);
    }

    /// <summary>Other apps that are likely to run when this function does. Mostly none.</summary>
    public ImmutableArray<ulong> NextApps { get; set; } = [];

    public ReadOnlySpan<Edge> Edges => Volatile.Read(ref _edges);

    public Series this[Measure measure] => _series[(int)measure];

    public void Record(Measure measure, long value) => _series[(int)measure].Record(value);

    /// <summary>It has set off another function.</summary>
    public void SetOff(ulong target, ulong targetApp, long afterMicros) =>
        Edge(target, targetApp)?.Delay.Record(afterMicros);

    /// <summary>The edge to a function; null: there are too many.</summary>
    public Edge? Edge(ulong target, ulong targetApp)
    {
        while (true)
        {
            var edges = Volatile.Read(ref _edges);
            foreach (var edge in edges)
            {
                if (edge.Target == target)
                {
                    return edge;
                }
            }

            if (edges.Length == EdgesMax)
            {
                return null;
            }

            Interlocked.CompareExchange(ref _edges, [.. edges, new Edge(target, targetApp)], edges);
        }
    }

    private static Series[] NewSeries()
    {
        var series = new Series[Measures];
        for (var i = 0; i < series.Length; i++)
        {
            series[i] = new Series();
        }

        return series;
    }
}
