using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// Segments behind a function's name belong to the functions that declare
/// <c>partition: {route: N}</c>, and to no other.
/// </summary>
internal sealed class RouteSegmentConstraint(NodeAccess node) : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection
    ) =>
        values[FunctionRoutes.App] is string app
        && values[FunctionRoutes.Function] is string name
        && node.Catalog.TryFind(app, name, out var function)
        && function.Manifest.Home?.RouteSegment is not null;
}
