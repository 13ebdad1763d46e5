using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Waverless.AspNetCore.Problems;

namespace Waverless.AspNetCore.Functions;

/// <summary>Maps <c>/{app}/{function}</c> and <c>/{app}</c>.</summary>
internal static class FunctionRoutes
{
    public const string App = "app";
    public const string Function = "function";
    public const string Rest = "rest";

    public static void Map(IEndpointRouteBuilder routes, NodeAccess node, bool ownsRoot)
    {
        var endpoint = new FunctionEndpoint(node);
        var known = new RouteValueDictionary();
        if (!ownsRoot)
        {
            known.Add(App, new KnownAppConstraint(node));
        }

        var segmented = new RouteValueDictionary { [Rest] = new RouteSegmentConstraint(node) };
        Map(routes, $"/{{{App}}}/{{{Function}}}", known, endpoint);
        Map(routes, $"/{{{App}}}", known, endpoint);
        Map(routes, $"/{{{App}}}/{{{Function}}}/{{**{Rest}}}", segmented, endpoint);
        if (ownsRoot)
        {
            routes
                .Map(RoutePatternFactory.Parse("/{**path}"), NothingAsync)
                .WithOrder(int.MaxValue)
                .WithDisplayName("Waverless: nothing");
        }
    }

    private static void Map(
        IEndpointRouteBuilder routes,
        string pattern,
        RouteValueDictionary constraints,
        FunctionEndpoint endpoint
    ) =>
        routes
            .Map(
                RoutePatternFactory.Parse(pattern, defaults: null, parameterPolicies: constraints),
                endpoint.InvokeAsync
            )
            .WithDisplayName($"Waverless: {pattern}");

    private static Task NothingAsync(HttpContext context) =>
        ProblemWriter.WriteAsync(
            context,
            StatusTable.NotFound,
            "Nothing is here; expected /{app}/{function}."
        );
}
