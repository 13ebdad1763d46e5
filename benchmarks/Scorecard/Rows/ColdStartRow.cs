using System.Diagnostics;
using Harness.Nodes;
using Harness.Wasm;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Scorecard.Rows;

/// <summary>
/// An app that nobody has used comes into service in a running node, its code in the cache: loading
/// (with the integrity check), linking, the switch of the catalog, the first invocation's answer.
/// </summary>
internal sealed class ColdStartRow : IRow
{
    private const int Rounds = 101;

    public string Name => "cold-start";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await Guest.StartNodeAsync(data);
        using var engine = new RawEngine();
        var file = data.At("raw.cwasm");
        using (var compiled = RawModule.Compile(engine, Guest.Wasm, Guest.Export))
        {
            compiled.Save(file);
        }

        var deployer = node.Services.GetRequiredService<Node>().Deployer;
        var count = 0;
        var errors = 0L;
        async Task<double> Product()
        {
            var app = $"cold-{count++}";
            var package = AppPackageReader.FromFolder(Guest.Folder, app);
            var request = new InvocationRequest($"{app}/{Guest.Export}");
            var began = Stopwatch.GetTimestamp();
            await deployer.DeployAsync(new AppVersion(package, null), default);
            var result = await node.Invoker.InvokeAsync(request);
            var micros = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            errors += Guest.IsRight(result) ? 0 : 1;
            deployer.Remove(app);
            return micros;
        }

        Task<double> Raw()
        {
            var began = Stopwatch.GetTimestamp();
            using var module = RawModule.Load(engine, File.ReadAllBytes(file), Guest.Export);
            var isRight = Guest.RunRaw(module);
            var micros = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            errors += isRight ? 0 : 1;
            return Task.FromResult(micros);
        }

        for (var round = 0; round < Rounds; round++)
        {
            await Product();
            await Raw();
        }

        var rounds = await Comparison.RunAsync(Rounds, Product, Raw);
        return
        [
            Line.From(
                "cold start from the .cwasm cache",
                "us",
                rounds,
                Bar.RatioAtMost(2),
                "raw C API: read, deserialise, link, instantiate, call",
                errors
            ),
        ];
    }
}
