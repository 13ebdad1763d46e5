using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class InjectionTests
{
    private static ManagedBench Bench(Delegate function)
    {
        var bench = new ManagedBench().Add(function);
        bench.Services.AddSingleton<IClock>(new NamedClock("plain"));
        bench.Services.AddKeyedSingleton<IClock>("utc", new NamedClock("keyed"));
        bench.Services.AddSingleton<SessionLog>();
        bench.Services.AddScoped<Session>();
        return bench;
    }

    [Fact]
    public async Task Registered_types_are_services_and_the_rest_is_the_payload()
    {
        await using var bench = await Bench(
                (IClock clock, Order order, Session session) =>
                    $"{clock.Name} {order.Id} {session.Number}"
            )
            .LoadAsync();

        var result = await bench.InvokeTextAsync("""{"id":"a"}""");

        Assert.Equal("plain a 1", result.Text);
    }

    [Fact]
    public async Task Keyed_services_come_by_their_key()
    {
        await using var bench = await Bench(([FromKeyedServices("utc")] IClock clock) => clock.Name)
            .LoadAsync();

        Assert.Equal("keyed", (await bench.InvokeAsync()).Text);
    }

    [Fact]
    public async Task A_sequence_of_services_is_injected_and_a_sequence_of_numbers_is_the_payload()
    {
        await using var bench = await Bench(
                (IEnumerable<IClock> clocks, IEnumerable<int> numbers) =>
                    $"{clocks.Count()} {numbers.Sum()}"
            )
            .LoadAsync();

        Assert.Equal("1 6", (await bench.InvokeTextAsync("[1,2,3]")).Text);
    }

    [Fact]
    public async Task Missing_services_may_be_absent_where_null_or_a_default_is_declared()
    {
        await using var bench = await new ManagedBench()
            .Add(
                (
                    [Inject] IClock? marked,
                    [FromKeyedServices("utc")] IClock? keyed,
                    [Inject] NamedClock? unset = null
                ) => $"{marked is null} {keyed is null} {unset is null}"
            )
            .LoadAsync();

        Assert.Equal("True True True", (await bench.InvokeAsync()).Text);
    }

    [Fact]
    public async Task Optional_services_that_are_there_are_injected()
    {
        await using var bench = await Bench(
                ([Inject] IClock? marked, [FromKeyedServices("utc")] IClock? keyed) =>
                    $"{marked?.Name} {keyed?.Name}"
            )
            .LoadAsync();

        Assert.Equal("plain keyed", (await bench.InvokeAsync()).Text);
    }

    [Fact]
    public async Task Each_invocation_has_a_scope_that_ends_with_it()
    {
        await using var bench = await Bench((Session a, Session b) => a.Number + b.Number)
            .LoadAsync();

        var first = await bench.InvokeAsync();
        var second = await bench.InvokeAsync();

        // Within one invocation both parameters are the same session.
        Assert.Equal("2", first.Text);
        Assert.Equal("4", second.Text);
        Assert.Equal(2, bench.ScopesMade);
    }

    [Fact]
    public async Task The_scope_ends_after_a_function_that_throws()
    {
        var log = new SessionLog();
        await using var bench = new ManagedBench().Add(
            string (Session session) => throw new InvalidOperationException($"{session.Number}")
        );
        bench.Services.AddSingleton(log).AddScoped<Session>();
        await bench.LoadAsync();

        await bench.InvokeAsync();

        Assert.Equal(1, log.Created);
        Assert.Equal(1, log.Disposed);
    }

    [Fact]
    public async Task No_scope_is_made_when_nothing_asks_for_a_service()
    {
        await using var bench = await new ManagedBench()
            .Add((FunctionContext c, CancellationToken ct, string s) => c.Address.Function + s)
            .LoadAsync();

        await bench.InvokeAsync();

        Assert.Equal(0, bench.ScopesMade);
    }

    [Fact]
    public async Task The_context_reaches_the_same_scope()
    {
        await using var bench = await Bench(
                (FunctionContext context, Session session) =>
                    ReferenceEquals(session, context.Services.GetRequiredService<Session>())
            )
            .LoadAsync();

        Assert.Equal("true", (await bench.InvokeAsync()).Text);
    }

    [Fact]
    public async Task A_scope_that_fails_to_end_is_logged_and_changes_no_result()
    {
        var log = new SessionLog { OnDispose = () => throw new InvalidOperationException("stuck") };
        await using var bench = new ManagedBench().Add((Session session) => session.Number);
        bench.Services.AddSingleton(log).AddScoped<Session>();
        await bench.LoadAsync();

        var result = await bench.InvokeAsync();

        Assert.Equal(InvocationStatus.Completed, result.Status);
        Assert.Equal("stuck", Assert.Single(bench.Log.Entries).Exception?.Message);
    }

    [Fact]
    public async Task A_service_whose_constructor_throws_fails_the_invocation()
    {
        await using var bench = new ManagedBench().Add((IClock clock) => clock.Name);
        bench.Services.AddScoped<IClock>(_ => throw new InvalidOperationException("no clock"));
        await bench.LoadAsync();

        var result = await bench.InvokeAsync();

        Assert.Equal(InvocationStatus.Failed, result.Status);
        Assert.Contains("no clock", result.Error, StringComparison.Ordinal);
    }
}
