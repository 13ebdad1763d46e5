using System.Text;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage.Formats;

/// <summary>
/// Writes one of everything that a data folder can hold; the committed samples were made by this
/// code, with the format that was current then.
/// </summary>
internal static class SampleStore
{
    public const int ChangeLogCommitsMax = 16;
    public const int Overwrites = 40;

    public static readonly PartitionId Shop = new("shop", 0);
    public static readonly PartitionId ShopThree = new("shop", 3);
    public static readonly PartitionId Bank = new("bank", 0);
    public static readonly CommandId Command = new(77, 5);

    public static byte[] Large
    {
        get
        {
            var value = new byte[5000];
            new Random(1).NextBytes(value);
            return value;
        }
    }

    /// <summary>Writes the sample into an open engine.</summary>
    public static async Task WriteAsync(RocksDbStorageEngine engine, string scratch)
    {
        await CommitAsync(engine, Shop, WriteValues);

        // A checkpoint moves what there is to a table file; the rest stays in the log.
        engine.Checkpoint(scratch);
        await CommitAsync(engine, Shop, WriteEvents);
        for (var i = 0; i < Overwrites; i++)
        {
            await CommitAsync(
                engine,
                Bank,
                c => c.Put("balance"u8, Encoding.UTF8.GetBytes($"{i}"))
            );
        }

        await CommitAsync(
            engine,
            ShopThree,
            c =>
                c.Accept(
                    Bank,
                    9,
                    1,
                    "receive"u8,
                    EventState.Ready,
                    0,
                    EventPosition.NormalPriority,
                    Message("accepted")
                )
        );
        await CommitAsync(
            engine,
            Shop,
            c =>
            {
                c.Stamp(Command, 1_700_000_000_000, 1);
                c.Delete("gone"u8);
            }
        );
    }

    private static void WriteValues(Commit commit)
    {
        commit.Put("plain"u8, "value"u8);
        commit.Put("empty"u8, default);
        commit.Put("large"u8, Large);
        commit.Put("gone"u8, "soon"u8);
        commit.Put([0, 255, 1], "binary key"u8);
    }

    private static void WriteEvents(Commit commit)
    {
        Add(commit, null, "run", EventState.Ready, 0, "first");
        Add(commit, null, "run", EventState.Ready, 0, "second");
        Add(commit, null, "wait", EventState.Due, 1_900_000_000_000, "later");
        Add(commit, null, "poison", EventState.Dead, 0, "buried");
        Add(commit, ShopThree, "receive", EventState.Ready, 0, "sent");
    }

    private static void Add(
        Commit commit,
        PartitionId? target,
        string function,
        EventState state,
        long dueMs,
        string payload
    ) =>
        commit.AddEvent(
            EventCondition.Always,
            default,
            target,
            Encoding.UTF8.GetBytes(function),
            state,
            dueMs,
            EventPosition.NormalPriority,
            Message(payload)
        );

    private static EventRecord Message(string payload) =>
        new() { Kind = EventKind.Message, Payload = Encoding.UTF8.GetBytes(payload) };

    private static async Task CommitAsync(
        RocksDbStorageEngine engine,
        PartitionId partition,
        Action<Commit> build
    )
    {
        var commit = new Commit();
        build(commit);
        var result = await engine.CommitAsync(partition, commit, CancellationToken.None);
        Assert.True(result.IsCommitted, result.Reason);
    }
}
