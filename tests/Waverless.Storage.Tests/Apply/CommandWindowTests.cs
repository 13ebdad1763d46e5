using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

public sealed class CommandWindowTests
{
    private static readonly PartitionKeys Keys = new(1);
    private readonly MemoryKeyspace _keyspace = new(new MemoryVolume());
    private ulong _revision;

    [Fact]
    public void A_new_command_is_unknown_and_a_recorded_one_is_found()
    {
        var window = CommandWindow.Load(_keyspace, Keys);
        Assert.Equal(0u, window.Find(new CommandId(1, 5)));
        Record(window, new CommandId(1, 5));
        Assert.Equal(1u, window.Find(new CommandId(1, 5)));
        Assert.Equal(0u, window.Find(new CommandId(2, 5)));
        Assert.Equal(0u, window.Find(new CommandId(1, 6)));
    }

    [Fact]
    public void Exactly_the_window_is_remembered()
    {
        var window = CommandWindow.Load(_keyspace, Keys);
        for (ulong i = 1; i <= CommandWindow.SlotsPerClient + 1; i++)
        {
            Record(window, new CommandId(1, i));
        }

        Assert.Null(window.Find(new CommandId(1, 1)));
        Assert.Equal(2u, window.Find(new CommandId(1, 2)));
        Assert.Equal(2u, CommandWindow.Load(_keyspace, Keys).Find(new CommandId(1, 2)));
        Assert.Null(CommandWindow.Load(_keyspace, Keys).Find(new CommandId(1, 1)));
    }

    [Fact]
    public void The_silentest_client_is_forgotten_also_on_disk()
    {
        var window = CommandWindow.Load(_keyspace, Keys);
        for (ulong client = 1; client <= CommandWindow.ClientsMax; client++)
        {
            Record(window, new CommandId(client, 1));
        }

        Record(window, new CommandId(1, 2));
        Record(window, new CommandId(9999, 1));
        foreach (var w in new[] { window, CommandWindow.Load(_keyspace, Keys) })
        {
            Assert.Equal(1u, w.Find(new CommandId(1, 1)));
            Assert.Equal(0u, w.Find(new CommandId(2, 1)));
            Assert.Equal(3u, w.Find(new CommandId(3, 1)));
            Assert.Equal(_revision, w.Find(new CommandId(9999, 1)));
        }
    }

    private void Record(CommandWindow window, CommandId id)
    {
        var batch = new RecordBatch();
        window.Record(batch, Keys, id, ++_revision);
        _keyspace.Write(batch, sync: false);
    }
}
