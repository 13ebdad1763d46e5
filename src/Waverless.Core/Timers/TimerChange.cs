using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>A timer that a batch sets or, with null, deletes.</summary>
internal readonly record struct TimerChange(string Name, NamedTimer? Timer)
{
    /// <summary>Why the change cannot be made; null if nothing is in its way.</summary>
    public CommitResult? Refusal(CatalogSnapshot catalog, string app) =>
        Timer is { } timer && !catalog.TryFind(app, timer.Function, out _)
            ? CommitResult.Rejected(
                CommitRejection.UnknownFunction,
                $"The timer '{Name}' starts '{app}/{timer.Function}', which is not deployed."
            )
            : null;

    /// <summary>Whether a commit sets timers of code, or moves them on.</summary>
    public static bool IsIn(Commit commit)
    {
        if (commit.SystemCount == 0)
        {
            return false;
        }

        var reader = commit.Read();
        while (reader.TryRead(out var o))
        {
            if (
                o is { Tag: CommitTag.Put, Area: KeyArea.System }
                && TimerKeys.IsTimer(o.Key)
                && !TimerKeys.IsDeclared(o.Key)
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds what it does to a commit.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="nowMs">The moment from which on the timer counts.</param>
    public void AppendTo(Commit commit, long nowMs)
    {
        var key = TimerKeys.TimerOf(Name, isDeclared: false);
        if (Timer is { } timer)
        {
            Set(
                commit,
                key,
                new TimerRecord
                {
                    Function = timer.Function,
                    When = timer.When,
                    Payload = timer.Payload,
                },
                nowMs
            );
        }
        else
        {
            Delete(commit, key);
        }
    }

    /// <summary>Sets a timer to its first moment from now; deletes one that has none.</summary>
    public static void Set(Commit commit, byte[] key, TimerRecord timer, long nowMs)
    {
        if (TimerSchedule.First(timer.When, nowMs) is { } first)
        {
            Move(commit, key, timer with { NextMs = first });
        }
        else
        {
            Delete(commit, key);
        }
    }

    /// <summary>Stores a timer with its next moment, and the alarm for it.</summary>
    public static void Move(Commit commit, byte[] key, TimerRecord timer)
    {
        commit.Put(key, timer.Encode(), KeyArea.System);
        commit.PutUntil(TimerKeys.AlarmOf(key), default, timer.NextMs, KeyArea.System);
    }

    /// <summary>Removes a timer and its alarm.</summary>
    public static void Delete(Commit commit, byte[] key)
    {
        commit.Delete(key, KeyArea.System);
        commit.Delete(TimerKeys.AlarmOf(key), KeyArea.System);
    }
}
