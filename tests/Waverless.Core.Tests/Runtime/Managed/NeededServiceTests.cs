using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class NeededServiceTests
{
    private static FunctionRegistration Needing(Action<FunctionBuilder> configure) =>
        FunctionRegistration.ForContext(
            "t/f",
            _ => new ValueTask<InvocationResult>(InvocationResult.Completed()),
            configure
        );

    [Fact]
    public async Task What_is_registered_is_enough()
    {
        await using var bench = new ManagedBench().Add(
            Needing(f => f.Needs<Receipt>().Needs<Order>("blue").Needs<IEnumerable<Receipt>>())
        );
        bench.Services.AddSingleton(new Receipt("a", 1));
        bench.Services.AddKeyedSingleton("blue", new Order("a", 1));

        await bench.LoadAsync();

        Assert.True((await bench.InvokeAsync()).IsCompleted);
    }

    [Fact]
    public async Task What_is_missing_is_named_at_start()
    {
        await using var bench = new ManagedBench()
            .Add(Needing(f => f.Needs<Receipt>()))
            .Add(FunctionRegistration.ForContext("t/g", _ => default, f => f.Needs<Order>("blue")));

        var rejected = await Assert.ThrowsAsync<AppRejectedException>(bench.LoadAsync);

        Assert.Equal(
            [
                "The function 't/f' cannot be bound. It needs Receipt, which is not registered as "
                    + "a service.",
                "The function 't/g' cannot be bound. It needs Order under the key 'blue', which is "
                    + "not registered as a service.",
            ],
            rejected.Reasons
        );
    }
}
