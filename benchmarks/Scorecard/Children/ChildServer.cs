using System.Buffers;
using System.Text;
using Harness.Nodes;
using Harness.Wasm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Scorecard.Children;

/// <summary>
/// A web application that answers <c>POST /fn2/fn2</c> in one of several ways, on a free port that
/// it prints. Everything but the endpoint is the same.
/// </summary>
internal static class ChildServer
{
    public const string Text = "text";
    public const string Lean = "lean";
    public const string Raw = "raw";
    public const string Node = "node";
    public const string Route = "/fn2/fn2";

    public static async Task<int> RunAsync(string kind)
    {
        using var data = new TemporaryFolder();
        using var engine = kind == Raw ? new RawEngine() : null;
        using var module = engine is null
            ? null
            : RawModule.Compile(engine, Guest.Wasm, Guest.Export);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (kind == Node)
        {
            builder.Services.AddWaverless(waverless =>
                waverless
                    .AddApps(Guest.Folder)
                    .Configure(options => options.DataFolder = data.At("node"))
            );
        }
        else if (kind == DelegateServer.Functions)
        {
            DelegateServer.Add(builder.Services, data);
        }

        await using var app = builder.Build();
        Map(app, kind, module);
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        await Console.In.ReadLineAsync();
        await app.StopAsync();
        return 0;
    }

    private static void Map(WebApplication app, string kind, RawModule? module)
    {
        switch (kind)
        {
            case Text:
                app.MapPost(Route, static () => "hello world");
                break;
            case Lean:
                app.MapPost(Route, static context => AnswerAsync(context, Guest.Answer));
                break;
            case Raw:
                app.MapPost(Route, () => RunRaw(module!));
                break;
            case DelegateServer.Endpoints:
                DelegateServer.Map(app);
                break;
            default:
                app.MapWaverless();
                break;
        }
    }

    private static string RunRaw(RawModule module)
    {
        Span<byte> result = stackalloc byte[64];
        var length = module.Invoke(result);
        return Encoding.UTF8.GetString(result[..length]);
    }

    /// <summary>The leanest answer: a length, and the bytes into the response's pipe.</summary>
    private static Task AnswerAsync(HttpContext context, ReadOnlySpan<byte> text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        context.Response.BodyWriter.Write(text);
        return Task.CompletedTask;
    }
}
