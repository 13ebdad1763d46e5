namespace Waverless.Kv;

/// <summary>Records of the platform's own that have a deadline.</summary>
internal static class SystemRecord
{
    /// <summary>
    /// Removes a record before its deadline, and the deadline from the list of what expires.
    /// </summary>
    public static void Remove(Commit commit, ReadOnlySpan<byte> key, long deadlineMs)
    {
        commit.Delete(key, KeyArea.System);
        commit.Expire(key, 0, deadlineMs, KeyArea.System);
    }

    /// <summary>Writes a record anew with a later deadline.</summary>
    public static void Extend(
        Commit commit,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        long fromMs,
        long toMs
    )
    {
        commit.PutUntil(key, value, toMs, KeyArea.System);
        commit.Expire(key, 0, fromMs, KeyArea.System);
    }
}
