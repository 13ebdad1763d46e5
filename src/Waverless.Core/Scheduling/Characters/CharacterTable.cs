using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Waverless.Apps;

namespace Waverless.Scheduling.Characters;

/// <summary>
/// What a node knows of functions: its own runs, and what other nodes have told of theirs. Asking
/// and recording is for any thread; folding, telling and hearing are one thread's at a time.
/// </summary>
internal sealed class CharacterTable(TimeProvider time)
{
    /// <summary>How likely the next app of a chain has to be to count as such.</summary>
    public const double LikelyShare = 0.5;

    /// <summary>Runs of a function before its edges count.</summary>
    private const float RunsMin = 3;

    private readonly ConcurrentDictionary<ulong, FunctionProfile> _profiles = new();
    private readonly CharacterNews _news = new();
    private float _coldStartMs;
    private float _runMs;
    private long _faded = time.GetTimestamp();

    /// <summary>
    /// How fast this node is among the others: times are recorded as on an average node.
    /// </summary>
    public float Speed { get; set; } = 1;

    /// <summary>Functions and apps that are known.</summary>
    public int Count => _profiles.Count;

    public IEnumerable<FunctionProfile> Profiles => _profiles.Values;

    public static ulong HashOf(FunctionAddress function) =>
        FrozenHash.Of(function.App, function.Function);

    /// <summary>Where a function's runs are recorded; null: the table is full.</summary>
    public FunctionProfile? Of(FunctionAddress function) =>
        Of(HashOf(function), FrozenHash.Of(function.App));

    /// <summary>The same for an app as a whole, which has the cold starts.</summary>
    public FunctionProfile? OfApp(string app)
    {
        var hash = FrozenHash.Of(app);
        return Of(hash, hash);
    }

    /// <summary>An invocation found no warm instance and took that much longer.</summary>
    public void StartedCold(string app, double micros) =>
        OfApp(app)?.Record(Measure.ColdStart, (long)(micros * Speed));

    public bool TryFind(ulong hash, [NotNullWhen(true)] out FunctionProfile? profile) =>
        _profiles.TryGetValue(hash, out profile);

    /// <summary>What a scheduler is told of a function.</summary>
    public FunctionCharacter CharacterOf(FunctionAddress function, bool isStateless)
    {
        var means = _profiles.TryGetValue(HashOf(function), out var profile)
            ? profile.Now.Means
            : default;
        return Guessed(means) with { IsStateless = isStateless };
    }

    /// <summary>What has not run or started yet is expected to be as others are.</summary>
    public FunctionCharacter Guessed(in FunctionCharacter known) =>
        known with
        {
            RunMs = known.RunMs > 0 ? known.RunMs : _runMs,
            ColdStartMs = known.ColdStartMs > 0 ? known.ColdStartMs : _coldStartMs,
        };

    /// <summary>Takes in what was recorded since the last time, and publishes what follows.</summary>
    public void Fold()
    {
        var now = time.GetTimestamp();
        var sinceFade = time.GetElapsedTime(_faded, now).TotalSeconds;
        var factor = (float)Math.Pow(0.5, sinceFade / CharacterLimits.HalfLifeSeconds);
        _faded = now;
        foreach (var profile in _profiles.Values)
        {
            Take(profile, now, factor);
        }

        _coldStartMs = MeanMs(Measure.ColdStart);
        _runMs = MeanMs(Measure.Run);
        foreach (var profile in _profiles.Values)
        {
            Publish(profile);
            KeepApp(profile);
            if (
                time.GetElapsedTime(profile.LastSeen, now).TotalSeconds
                > CharacterLimits.ForgetSeconds
            )
            {
                profile.IsForgotten = true;
                _profiles.TryRemove(profile.Hash, out _);
            }
        }
    }

    /// <summary>Writes what other nodes do not know yet, as much as there is room for.</summary>
    /// <returns>Bytes written.</returns>
    public int Tell(Span<byte> room) => _news.Write(this, room);

    /// <summary>Takes in what another node wrote; false: it is none of that, nothing is taken.</summary>
    public bool Hear(ReadOnlySpan<byte> told) =>
        CharacterNews.TryRead(told, null) && CharacterNews.TryRead(told, this);

    internal FunctionProfile? Of(ulong hash, ulong app)
    {
        if (_profiles.TryGetValue(hash, out var known))
        {
            return known;
        }

        return _profiles.Count >= CharacterLimits.FunctionsMax
            ? null
            : _profiles.GetOrAdd(
                hash,
                static (of, given) => new FunctionProfile(of, given.App) { LastSeen = given.Now },
                (App: app, Now: time.GetTimestamp())
            );
    }

    internal void Seen(FunctionProfile profile) => profile.LastSeen = time.GetTimestamp();

    private static void Take(FunctionProfile profile, long now, float factor)
    {
        var isSeen = false;
        for (var i = 0; i < FunctionProfile.Measures; i++)
        {
            var taken = Take(profile[(Measure)i], factor);
            profile.LocalRuns += i == (int)Measure.Run ? taken : 0;
            isSeen |= taken > 0;
        }

        if (isSeen)
        {
            profile.LastSeen = now;
        }

        foreach (var edge in profile.Edges)
        {
            Take(edge.Delay, factor);
        }
    }

    /// <summary>What is known of an app lives as long as what is known of its functions.</summary>
    private void KeepApp(FunctionProfile profile)
    {
        if (_profiles.TryGetValue(profile.App, out var app))
        {
            app.LastSeen = Math.Max(app.LastSeen, profile.LastSeen);
        }
    }

    private static uint Take(Series series, float factor)
    {
        series.Fade(factor);
        return series.Tally?.TakeInto(series.All) ?? 0;
    }

    /// <summary>The mean over functions, or apps, each counted once.</summary>
    private float MeanMs(Measure measure)
    {
        var (sum, count) = (0f, 0);
        foreach (var profile in _profiles.Values)
        {
            var all = profile[measure].All;
            sum += all.Total > 0 ? all.Mean : 0;
            count += all.Total > 0 ? 1 : 0;
        }

        return count > 0 ? sum / count / 1000 : 0;
    }

    private void Publish(FunctionProfile profile)
    {
        const float MsPerMicro = 1e-3f;
        var runs = profile[Measure.Run].All;
        var cold = _profiles.TryGetValue(profile.App, out var app)
            ? app[Measure.ColdStart].All.Mean
            : 0;
        var before = profile.Now;
        var means = Guessed(
            new FunctionCharacter
            {
                RunMs = AtLeastSome(runs) * MsPerMicro,
                ColdStartMs = cold * MsPerMicro,
                KvCalls = profile[Measure.RoundTrips].All.Mean,
                KvBytes = profile[Measure.Read].All.Mean + profile[Measure.Written].All.Mean,
            }
        );
        if (before.Means != means || before.Runs != runs.Total)
        {
            profile.Now = new CharacterNow
            {
                Means = means,
                RunMsHigh = runs.Quantile(0.95) * MsPerMicro,
                PayloadBytes = profile[Measure.Payload].All.Mean,
                Runs = runs.Total,
            };
        }

        PublishNext(profile, runs.Total);
    }

    /// <summary>0 stands for unknown; what ran in less than a microsecond did run.</summary>
    private static float AtLeastSome(Histogram runs) =>
        runs.Total > 0 ? Math.Max(runs.Mean, 0.5f) : 0;

    private static void PublishNext(FunctionProfile profile, float runs)
    {
        if (profile.Edges.IsEmpty)
        {
            return;
        }

        var next = new List<ulong>();
        foreach (var edge in profile.Edges)
        {
            var isOther = edge.App != profile.App && !next.Contains(edge.App);
            if (isOther && runs >= RunsMin && edge.Delay.All.Total >= LikelyShare * runs)
            {
                next.Add(edge.App);
            }
        }

        profile.NextApps = [.. next];
    }
}
