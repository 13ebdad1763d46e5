using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Management;

public sealed class RedeployTests
{
    [Fact]
    public async Task Under_traffic_no_request_fails_and_versions_only_go_forward()
    {
        const int Deploys = 20;
        const int Callers = 4;
        await using var node = await WebNode.StartAsync(w =>
            w.Services.AddSingleton<IFunctionRuntime, JarRuntime>()
        );
        await DeployAsync(node, 0);
        using var stop = new CancellationTokenSource();
        var answers = new ConcurrentQueue<int>();
        var callers = Enumerable
            .Range(0, Callers)
            .Select(_ => Task.Run(() => CallAsync(node, answers, stop.Token)))
            .ToArray();

        for (var version = 1; version <= Deploys; version++)
        {
            await DeployAsync(node, version);
            var seen = answers.Count;
            while (answers.Count < seen + Callers)
            {
                Assert.DoesNotContain(callers, caller => caller.IsFaulted);
                await Task.Yield();
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);

        Assert.Contains(Deploys, answers);
        Assert.True(answers.Distinct().Count() > Deploys / 2);
    }

    private static async Task CallAsync(
        WebNode node,
        ConcurrentQueue<int> answers,
        CancellationToken stop
    )
    {
        var last = 0;
        while (!stop.IsCancellationRequested)
        {
            var answer = await node.Client.GetStringAsync("/app/version", CancellationToken.None);
            var version = int.Parse(answer, CultureInfo.InvariantCulture);
            Assert.True(version >= last, $"{version} was answered after {last}.");
            last = version;
            answers.Enqueue(version);
        }
    }

    private static async Task DeployAsync(WebNode node, int version)
    {
        var zip = Zip.App(version.ToString(CultureInfo.InvariantCulture));
        var answer = await node.Client.PostAsync("/appmgmt/upload_app", Zip.Form(("app", zip)));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
