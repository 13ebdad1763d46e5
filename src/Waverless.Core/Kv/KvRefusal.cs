using System.Text;
using Waverless.Apps;
using Waverless.Timers;

namespace Waverless.Kv;

/// <summary>The texts of refusals: each names the thing and what was expected.</summary>
internal static class KvRefusal
{
    private const int ShownKeyBytesMax = 80;

    public static CommitResult KeyLength(ReadOnlySpan<byte> key, int max) =>
        CommitResult.Rejected(
            CommitRejection.TooLarge,
            $"The key '{Show(key)}' has {key.Length} bytes; expected 1 to {max}."
        );

    public static CommitResult ValueLength(ReadOnlySpan<byte> key, long length, long max) =>
        CommitResult.Rejected(
            CommitRejection.TooLarge,
            $"The value of '{Show(key)}' has {length} bytes; expected at most {max}."
        );

    public static CommitResult BatchSize(Commit commit, KvLimits limits) =>
        CommitResult.Rejected(
            CommitRejection.TooLarge,
            $"The batch has {commit.OperationCount} operations and {commit.EncodedBytes} bytes; "
                + $"expected at most {limits.BatchOperationsMax} and {limits.BatchBytesMax}."
        );

    public static CommitResult CrossPartition(PartitionId one, PartitionId other) =>
        CommitResult.Rejected(
            CommitRejection.CrossPartition,
            $"The batch writes to {one} and {other}; expected one partition. Use one batch a "
                + "partition with 'commit: immediate', or enqueue a message to the other partition."
        );

    public static CommitResult Backlog(string app, long backlog, long max) =>
        CommitResult.Rejected(
            CommitRejection.Overloaded,
            $"The backlog of '{app}' is {backlog} events; expected fewer than {max}."
        );

    public static CommitResult BacklogHard(string app, long backlog, long max) =>
        CommitResult.Rejected(
            CommitRejection.StorageFull,
            $"The backlog of '{app}' is {backlog} events, the hard bound is {max}."
        );

    public static CommitResult Delayed(PartitionId partition, long max, bool isReserve) =>
        CommitResult.Rejected(
            isReserve ? CommitRejection.StorageFull : CommitRejection.Overloaded,
            $"{partition} keeps {max} delayed messages; expected fewer."
        );

    public static CommitResult Timers(int count) =>
        CommitResult.Rejected(
            CommitRejection.TooLarge,
            $"The batch has {count} timers; expected at most {TimerLimits.TimersPerBatchMax}."
        );

    public static CommitResult Messages(int count) =>
        CommitResult.Rejected(
            CommitRejection.TooLarge,
            $"The batch has {count} messages; expected at most {MessageLimits.MessagesMax}."
        );

    public static string UnknownApp(string app) => $"No app '{app}' is deployed.";

    public static string Show(ReadOnlySpan<byte> key) =>
        key.Length <= ShownKeyBytesMax
            ? Encoding.UTF8.GetString(key)
            : Encoding.UTF8.GetString(key[..ShownKeyBytesMax]) + "...";

    public static string OtherApp(ReadOnlySpan<byte> key, DeployedFunction function) =>
        $"The key '{Show(key)}' names another app; {function.Address} may write only its own keys.";
}
