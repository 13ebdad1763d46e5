using BenchmarkDotNet.Attributes;
using Harness.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Waverless.Benchmarks;

/// <summary>A request from the router to its answer, without a server and a network.</summary>
[MemoryDiagnoser]
public class RoutingBenchmarks
{
    private readonly TemporaryFolder _data = new();
    private WebApplication _app = null!;
    private RequestDelegate _minimal = null!;
    private RequestDelegate _waverless = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWaverless(waverless =>
            waverless
                .AddFunction("hello/greet", () => "hello world")
                .Configure(options => options.DataFolder = _data.At("node"))
        );
        _app = builder.Build();
        await _app.StartAsync();
        _minimal = Pipeline(routes => routes.MapPost("/hello/greet", () => "hello world"));
        _waverless = Pipeline(routes => routes.MapWaverless());
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Dispose();
    }

    [Benchmark(Baseline = true)]
    public Task MinimalApi() => AskAsync(_minimal);

    [Benchmark]
    public Task WaverlessDelegate() => AskAsync(_waverless);

    private Task AskAsync(RequestDelegate pipeline)
    {
        var context = new DefaultHttpContext { RequestServices = _app.Services };
        context.Request.Method = HttpMethods.Post;
        context.Request.Path = "/hello/greet";
        context.Request.ContentLength = 0;
        return pipeline(context);
    }

    private RequestDelegate Pipeline(Action<Microsoft.AspNetCore.Routing.IEndpointRouteBuilder> map)
    {
        var branch = new ApplicationBuilder(_app.Services);
        branch.UseRouting();
        branch.UseEndpoints(map);
        return branch.Build();
    }
}
