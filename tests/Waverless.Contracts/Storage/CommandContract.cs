using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>A command id is applied once.</summary>
public abstract class CommandContract : StorageContract
{
    [Fact]
    public async Task A_repeated_command_gets_the_first_answer_and_changes_nothing()
    {
        var first = await IncrementAsync(new CommandId(7, 1), "1");
        await PutAsync("k", "2");
        Assert.Equal(first, await IncrementAsync(new CommandId(7, 1), "again"));
        Assert.Equal("2", await GetAsync("k"));
    }

    [Fact]
    public async Task A_repeated_command_is_recognised_after_a_restart()
    {
        var first = await IncrementAsync(new CommandId(7, 1), "1");
        await ReopenAsync();
        Assert.Equal(first, await IncrementAsync(new CommandId(7, 1), "again"));
        Assert.Equal("1", await GetAsync("k"));
    }

    [Fact]
    public async Task Clients_do_not_answer_for_each_other()
    {
        await IncrementAsync(new CommandId(7, 1), "1");
        await IncrementAsync(new CommandId(8, 1), "2");
        Assert.Equal("2", await GetAsync("k"));
    }

    [Fact]
    public async Task A_failed_command_may_be_repeated_until_it_takes_effect()
    {
        var commit = new Commit();
        commit.RequirePresent("k"u8);
        commit.Put("k"u8, "2"u8);
        commit.Stamp(new CommandId(7, 1), 0, 0);
        Assert.Equal(
            CommitStatus.ConditionFailed,
            (await Engine.CommitAsync(P, commit, Ct)).Status
        );
        await PutAsync("k", "1");
        Assert.True((await Engine.CommitAsync(P, commit, Ct)).IsCommitted);
    }

    [Fact]
    public async Task Commands_may_arrive_out_of_order()
    {
        await IncrementAsync(new CommandId(7, 3), "3");
        await IncrementAsync(new CommandId(7, 2), "2");
        Assert.Equal("2", await GetAsync("k"));
        Assert.Equal(1u, (await IncrementAsync(new CommandId(7, 3), "x")).Revision.Number);
    }

    [Fact]
    public async Task A_command_that_fell_out_of_the_window_is_never_applied_again()
    {
        for (ulong i = 1; i <= 200; i++)
        {
            await IncrementAsync(new CommandId(7, i), $"{i}");
        }

        var late = await IncrementAsync(new CommandId(7, 1), "late");
        Assert.Equal(CommitStatus.Unknown, late.Status);
        Assert.Equal("200", await GetAsync("k"));
    }

    [Fact]
    public async Task The_window_is_bounded_over_many_clients_and_survives_a_restart()
    {
        for (ulong client = 1; client <= 600; client++)
        {
            await IncrementAsync(new CommandId(client, 1), $"{client}");
        }

        await ReopenAsync();
        var repeated = await IncrementAsync(new CommandId(600, 1), "again");
        Assert.Equal(600u, repeated.Revision.Number);
        Assert.Equal("600", await GetAsync("k"));
    }

    private ValueTask<CommitResult> IncrementAsync(CommandId id, string value) =>
        CommitAsync(c =>
        {
            c.Put("k"u8, B(value));
            c.Stamp(id, 0, 0);
        });
}
