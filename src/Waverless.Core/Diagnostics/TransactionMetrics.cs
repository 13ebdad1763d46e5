using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Waverless.Apps;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Transactions;

namespace Waverless.Diagnostics;

/// <summary>
/// Measures what was refused, what met conflicts and who waits; costs a branch a commit while
/// nobody listens.
/// </summary>
internal sealed class TransactionMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _conflicts;

    public TransactionMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(WaverlessTelemetry.MeterName);
        _refused = _meter.CreateCounter<long>(
            WaverlessTelemetry.CommitsRefused,
            "{commit}",
            "Commits that were refused."
        );
        _conflicts = _meter.CreateCounter<long>(
            WaverlessTelemetry.TransactionConflicts,
            "{run}",
            "Runs of atomic functions that others came between."
        );
    }

    /// <summary>Begins to observe what a node holds.</summary>
    public void Observe(LockLeases locks, ExclusiveTurns turns)
    {
        _meter.CreateObservableGauge(
            WaverlessTelemetry.Locks,
            () =>
            {
                var (held, waiting) = locks.Counts();
                return new[] { Of("held", held), Of("waiting", waiting) };
            },
            "{lock}",
            "Locks that are held or waited for."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.TransactionTurns,
            () => turns.Count,
            "{partition}",
            "Partitions in which a run has the exclusive turn."
        );
    }

    public void Conflict(FunctionAddress function) =>
        _conflicts.Add(
            1,
            new TagList { { "app", function.App }, { "function", function.Function } }
        );

    /// <summary>Counts a commit if it is refused.</summary>
    public ValueTask<CommitResult> Watch(string app, ValueTask<CommitResult> committing)
    {
        if (!_refused.Enabled)
        {
            return committing;
        }

        if (!committing.IsCompletedSuccessfully)
        {
            return WatchAsync(app, committing);
        }

        var result = committing.Result;
        Count(app, result);
        return new ValueTask<CommitResult>(result);
    }

    private async ValueTask<CommitResult> WatchAsync(string app, ValueTask<CommitResult> committing)
    {
        var result = await committing;
        Count(app, result);
        return result;
    }

    private void Count(string app, in CommitResult result)
    {
        if (result.Status == CommitStatus.Rejected)
        {
            var tags = new TagList { { "app", app }, { "reason", Name(result.Rejection) } };
            _refused.Add(1, tags);
        }
    }

    /// <summary>The rejection in the words of metrics: <c>quota_exceeded</c>.</summary>
    private static string Name(CommitRejection rejection)
    {
        var name = new StringBuilder();
        foreach (var letter in rejection.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    private static Measurement<int> Of(string state, int count) =>
        new(count, new KeyValuePair<string, object?>("state", state));
}
