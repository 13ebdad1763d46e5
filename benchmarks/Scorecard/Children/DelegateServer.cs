using Harness.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Scorecard.Children;

/// <summary>Two delegates, as functions or as minimal-API endpoints on the same paths.</summary>
internal static class DelegateServer
{
    public const string Functions = "functions";
    public const string Endpoints = "endpoints";

    public static Exchange Text { get; } = new("/greet/text", "", "hello world");

    public static Exchange Json { get; } =
        new("/greet/quote", """{"item":"tea","count":3}""", """{"item":"tea","total":7.5}""");

    private static Func<string> Greet { get; } = static () => "hello world";

    private static Func<QuoteRequest, Quote> Price { get; } =
        static request => new Quote(request.Item, 2.5m * request.Count);

    public static void Add(IServiceCollection services, TemporaryFolder data) =>
        services.AddWaverless(waverless =>
            waverless
                .AddFunction(Text.Route[1..], Greet)
                .AddFunction(Json.Route[1..], Price)
                .Configure(options => options.DataFolder = data.At("node"))
        );

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Text.Route, Greet);
        routes.MapPost(Json.Route, Price);
    }

    internal sealed record QuoteRequest(string Item, int Count);

    internal sealed record Quote(string Item, decimal Total);
}
