namespace Waverless.Runtime.Managed;

public sealed class ActiveCountTests
{
    private readonly ActiveCount active = new();

    [Fact]
    public async Task Nothing_running_is_nothing_to_wait_for() => await active.WaitAsync(default);

    [Fact]
    public async Task Waiting_ends_when_the_last_one_leaves()
    {
        active.Enter();
        active.Enter();
        var first = active.WaitAsync(default).AsTask();
        var second = active.WaitAsync(default).AsTask();

        active.Leave();
        Assert.False(first.IsCompleted);
        active.Leave();

        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task A_later_wait_is_not_ended_by_an_earlier_idleness()
    {
        active.Enter();
        var before = active.WaitAsync(default).AsTask();
        active.Leave();
        await before;

        active.Enter();
        var later = active.WaitAsync(default).AsTask();
        Assert.False(later.IsCompleted);
        active.Leave();
        await later;
    }
}
