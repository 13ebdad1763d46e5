using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Functions;

public sealed class TraceHeadersTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = $"00-{TraceId}-b7ad6b7169203331-01";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_callers_trace_goes_on_with_and_without_a_listener(bool logs)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source =>
                source.Name.StartsWith("Waverless", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var node = await WebNode.StartAsync(
            w =>
                w.AddFunction(
                    "app/trace",
                    () => Activity.Current?.TraceId.ToHexString() ?? "no activity"
                ),
            build: builder =>
            {
                if (logs)
                {
                    builder.Logging.AddProvider(new SilentLogs());
                }
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/app/trace");
        request.Headers.Add("traceparent", Parent);

        var answer = await node.Client.SendAsync(request);

        Assert.Equal(TraceId, await answer.Content.ReadAsStringAsync());
        Assert.Equal(logs, answer.Headers.TryGetValues("traceresponse", out var value));
        if (logs)
        {
            Assert.StartsWith($"00-{TraceId}-", value!.Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_problem_names_the_callers_trace()
    {
        await using var node = await WebNode.StartAsync(
            w => w.AddFunction("app/it", () => "x"),
            build: builder => builder.Logging.AddProvider(new SilentLogs())
        );
        using var request = new HttpRequestMessage(HttpMethod.Put, "/app/it");
        request.Headers.Add("traceparent", Parent);

        var problem = await (await node.Client.SendAsync(request)).ProblemAsync(
            405,
            "method_not_allowed"
        );

        Assert.Equal(TraceId, problem.GetProperty("traceId").GetString());
    }

    /// <summary>That somebody logs is what makes the server start an activity.</summary>
    private sealed class SilentLogs : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) { }

        public void Dispose() { }
    }
}
