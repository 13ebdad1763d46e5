using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Guides;

/// <summary>The programs of README and docs/http.md, run from start to end.</summary>
public sealed class WebGuide : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("waverless-web-");
    private readonly Started _started = new();

    // Stands in for ASP.NET's: on a port of its own, and in reach of the test.
    private WebGuide WebApplication => this;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public Task The_program_of_the_readme_answers() =>
        RunAsync(
            Readme,
            async client =>
            {
                using var answer = await client.PostAsync("/hello/greet", new StringContent("tea"));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal("hello tea", await answer.Content.ReadAsStringAsync());
            }
        );

    [Fact]
    public Task Management_asks_for_a_key() =>
        RunAsync(
            Keys,
            async client =>
            {
                const string Path = "/_waverless/api/v1/dead-letters";
                using var refused = await client.GetAsync(Path);
                Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
                client.DefaultRequestHeaders.Add("X-Api-Key", "secret");
                using var answer = await client.GetAsync(Path);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        );

    private void Readme(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddWaverless(waverless =>
            waverless
                .AddApps("apps") // folders or zips with app.yaml + app.wasm
                .AddFunction("hello/greet", (string name) => $"hello {name}")
        ); // .NET delegate, typed JSON in and out
        var app = builder.Build();
        app.MapWaverless(); // POST/GET /{app}/{function}
        app.Run();
    }

    private void Keys(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddWaverless(waverless => waverless.UseMemory());
        var app = builder.Build();
        app.MapWaverless(options =>
        {
            options.ApiKeys.Add("secret"); // better: from the configuration
            options.RequireApiKeyOnLoopback = true;
        });
        app.Run();
    }

    private WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders().AddProvider(new TestLog());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IHostedService>(services =>
        {
            _started.Services = services;
            return _started;
        });
        return builder;
    }

    private async Task RunAsync(Action<string[]> program, Func<HttpClient, Task> check)
    {
        var app = Path.Combine(_folder.FullName, "apps", "fn2");
        Directory.CreateDirectory(app);
        foreach (var file in Directory.EnumerateFiles(TestApps.Sample("fn2")))
        {
            File.Copy(file, Path.Combine(app, Path.GetFileName(file)));
        }

        var running = Task.Factory.StartNew(
            () => program(["--contentRoot", _folder.FullName]),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        if (await Task.WhenAny(_started.Done.Task, running) == running)
        {
            await running;
        }

        using var client = new HttpClient
        {
            BaseAddress = new Uri(
                _started
                    .Services!.GetRequiredService<IServer>()
                    .Features.Get<IServerAddressesFeature>()!
                    .Addresses.Single()
            ),
        };
        await check(client);
        _started.Services!.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await running;
    }

    private sealed class Started : IHostedLifecycleService
    {
        public TaskCompletionSource Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IServiceProvider? Services { get; set; }

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            Done.TrySetResult();
            return Task.CompletedTask;
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
