using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// The latest command ids of each client, so that a repeated commit is answered instead of
/// applied again. Bounded: <see cref="SlotsPerClient"/> ids a client, <see cref="ClientsMax"/>
/// clients, of which the one that was silent longest is forgotten first. Not thread-safe.
/// </summary>
internal sealed class CommandWindow
{
    /// <summary>How many of a client's latest commits are remembered.</summary>
    public const int SlotsPerClient = 64;

    /// <summary>How many clients are remembered in a partition.</summary>
    public const int ClientsMax = 256;

    private const int KeyBytes = PartitionKeys.PrefixBytes + sizeof(ulong) + 1;
    private const int ValueBytes = 2 * sizeof(ulong);

    private readonly Dictionary<ulong, Client> _clients = [];

    /// <summary>Loads the window of a partition.</summary>
    public static CommandWindow Load(IKeyspace keyspace, PartitionKeys keys)
    {
        var window = new CommandWindow();
        using var cursor = KeyspaceScan.Open(keyspace, keys, KeySpace.Commands);
        while (cursor.MoveNext())
        {
            var key = cursor.Key[PartitionKeys.PrefixBytes..];
            var slot = new Slot(
                BinaryPrimitives.ReadUInt64LittleEndian(cursor.Value),
                BinaryPrimitives.ReadUInt64LittleEndian(cursor.Value[sizeof(ulong)..])
            );
            window.Remember(BinaryPrimitives.ReadUInt64BigEndian(key), slot);
        }

        return window;
    }

    /// <summary>
    /// Looks a command up: its revision if it was applied, 0 if it is new, null if newer ones have
    /// pushed it out of the window, so that nobody can tell.
    /// </summary>
    public ulong? Find(CommandId id)
    {
        if (!_clients.TryGetValue(id.Client, out var client))
        {
            return 0;
        }

        var slot = client.Slots[SlotOf(id.Sequence)];
        return slot.Revision == 0 || slot.Sequence < id.Sequence ? 0
            : slot.Sequence == id.Sequence ? slot.Revision
            : null;
    }

    /// <summary>Notes that a command took effect.</summary>
    public void Record(RecordBatch batch, PartitionKeys keys, CommandId id, ulong revision)
    {
        Remember(id.Client, new Slot(id.Sequence, revision));
        keys.Command(
            batch.Put(KeyBytes, ValueBytes, out var value),
            id.Client,
            (byte)SlotOf(id.Sequence)
        );
        BinaryPrimitives.WriteUInt64LittleEndian(value, id.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(value[sizeof(ulong)..], revision);
        if (_clients.Count > ClientsMax)
        {
            ForgetSilentest(batch, keys);
        }
    }

    private static int SlotOf(ulong sequence) => (int)(sequence % SlotsPerClient);

    private void Remember(ulong id, Slot slot)
    {
        if (!_clients.TryGetValue(id, out var client))
        {
            _clients[id] = client = new Client();
        }

        client.Slots[SlotOf(slot.Sequence)] = slot;
        client.LastRevision = Math.Max(client.LastRevision, slot.Revision);
    }

    private void ForgetSilentest(RecordBatch batch, PartitionKeys keys)
    {
        var (id, client) = _clients.MinBy(static c => c.Value.LastRevision);
        for (var i = 0; i < SlotsPerClient; i++)
        {
            if (client.Slots[i].Revision != 0)
            {
                keys.Command(batch.Delete(KeyBytes), id, (byte)i);
            }
        }

        _clients.Remove(id);
    }

    private readonly record struct Slot(ulong Sequence, ulong Revision);

    private sealed class Client
    {
        public Slot[] Slots { get; } = new Slot[SlotsPerClient];

        public ulong LastRevision { get; set; }
    }
}
