namespace Waverless.Wasm.Loading;

public sealed class InFlightTests
{
    [Fact]
    public async Task Closing_waits_for_those_inside_and_refuses_newcomers()
    {
        var flight = new InFlight();
        Assert.True(flight.TryEnter());
        Assert.True(flight.TryEnter());
        var closing = flight.CloseAsync(default);
        Assert.False(flight.TryEnter());
        flight.Exit();
        Assert.False(closing.IsCompleted);
        flight.Exit();
        await closing;
        await flight.CloseAsync(default);
        Assert.False(flight.TryEnter());
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        var flight = new InFlight();
        Assert.True(flight.TryEnter());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            flight.CloseAsync(new CancellationToken(canceled: true))
        );
        flight.Exit();
        await flight.CloseAsync(default);
    }

    [Fact]
    public async Task Threads_that_enter_and_leave_while_it_closes_never_block_it()
    {
        for (var round = 0; round < 200; round++)
        {
            var flight = new InFlight();
            var visitors = Enumerable
                .Range(0, 3)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        while (flight.TryEnter())
                        {
                            flight.Exit();
                        }
                    })
                )
                .ToArray();
            await flight.CloseAsync(default);
            await Task.WhenAll(visitors);
        }
    }
}
