using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.EndToEnd.Hosts;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Idempotency;

/// <summary>Functions whose runs are counted, on hosts that share a folder.</summary>
internal sealed class Bank : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("waverless-bank-");
    private int _runs;

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>What slow runs wait for.</summary>
    public TaskCompletionSource Gate { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<LiveNode> StartAsync() =>
        LiveNode.StartAsync(waverless =>
        {
            waverless.Configure(options =>
            {
                options.DataFolder = _data.FullName;
                options.DrainTimeout = TimeSpan.FromSeconds(1);
            });
            waverless.AddFunction(
                "bank/deposit",
                (FunctionContext context, string text) => DepositAsync(context, text),
                f => f.Post().Get().Reads("total").Writes("total")
            );
            waverless.AddFunction(
                "bank/slow",
                async (FunctionContext context, string text) =>
                {
                    await Gate.Task.WaitAsync(context.CancellationToken);
                    return await DepositAsync(context, text);
                },
                f => f.Post().Reads("total").Writes("total").Timeout(TimeSpan.FromMinutes(1))
            );
            waverless.AddFunction(
                "bank/fickle",
                (string text) =>
                    Interlocked.Increment(ref _runs) == 1
                        ? throw new InvalidOperationException("the first run fails")
                        : $"run {Runs} of {text}",
                f => f.Post()
            );
            waverless.AddFunction(
                "bank/immediate",
                (string text) => $"run {Interlocked.Increment(ref _runs)} of {text}",
                f => f.Post().Commit(CommitMode.Immediate)
            );
            waverless.AddFunction(
                "bank/hasty",
                async (FunctionContext context, string text) =>
                {
                    await Gate.Task.WaitAsync(context.CancellationToken);
                    return await DepositAsync(context, text);
                },
                f => f.Post().Reads("total").Writes("total").Timeout(TimeSpan.FromSeconds(1))
            );
        });

    public void Dispose() => _data.Delete(recursive: true);

    public static async Task<HttpResponseMessage> PostAsync(
        LiveNode node,
        string path,
        string payload,
        string? key = null,
        string? prefer = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(payload);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (prefer is not null)
        {
            request.Headers.TryAddWithoutValidation("Prefer", prefer);
        }

        return await node.Client.SendAsync(request);
    }

    private async Task<InvocationResult> DepositAsync(FunctionContext context, string text)
    {
        var run = Interlocked.Increment(ref _runs);
        var total = await context.GetTextAsync("total") ?? "";
        await context.SetTextAsync("total", total + text);
        var answer = System.Text.Encoding.UTF8.GetBytes($"run {run}, total {total}{text}");
        return InvocationResult.Completed(answer, "text/x-deposit");
    }
}
