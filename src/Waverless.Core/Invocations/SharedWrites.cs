using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>
/// Batches that write keys which another app shares: each is one commit of that app, in the
/// partition where the keys live, and sets off what its keys trigger (SEMANTICS §2).
/// </summary>
internal static class SharedWrites
{
    private const string Qualifier = "@";

    /// <summary>
    /// The same batch in the words of the app whose keys it writes; or why it cannot be committed:
    /// it reaches into two partitions, or holds what belongs to the function's own app.
    /// </summary>
    /// <param name="door">Knows where keys live.</param>
    /// <param name="writer">The function's app.</param>
    /// <param name="batch">What the function commits besides.</param>
    /// <param name="commit">The batch's operations, at least one with another app's key.</param>
    /// <param name="local">The commit in the other app's words.</param>
    /// <param name="app">The other app.</param>
    public static CommitResult? Localize(
        FrontDoor door,
        string writer,
        KvBatch batch,
        Commit commit,
        out Commit local,
        out string app
    )
    {
        (local, app) = (new Commit(), "");
        PartitionId? target = null;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Area == KeyArea.System)
            {
                return Mixed("a lock or a blob");
            }

            var (partition, key) = door.Locate(writer, new KvKey(operation.Key.ToArray()));
            if (target is { } known && known != partition)
            {
                return KvRefusal.CrossPartition(known, partition);
            }

            (target, app) = (partition, partition.App);
            operation.Key = key.Span;
            local.Repeat(operation);
        }

        return batch.Messages.Count > 0 ? Mixed("a message")
            : batch.Timers is { Count: > 0 } ? Mixed("a timer")
            : null;
    }

    /// <summary>Whether a key is written as another app's.</summary>
    public static bool IsOfOther(ReadOnlySpan<byte> key) => key.StartsWith("@"u8);

    /// <summary>Why an atomic function cannot write a key of another app.</summary>
    public static string Refusal(FrontDoor door, Invocation call, ReadOnlySpan<byte> key)
    {
        var (partition, _) = door.Locate(call.Address.App, new KvKey(key.ToArray()));
        return $"'{call.Address}' commits in {call.Home}, but '{KvRefusal.Show(key)}' lives in "
            + $"{partition}; expected 'commit: immediate', or a message to a function of "
            + $"'{partition.App}' that writes it.";
    }

    private static CommitResult Mixed(string what) =>
        CommitResult.Rejected(
            CommitRejection.CrossPartition,
            $"The batch writes keys that begin with '{Qualifier}' and holds {what} of its own app; "
                + "expected a batch for each app."
        );
}
