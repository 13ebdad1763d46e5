using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// An unknown app is not our route, so that the host's own endpoints and fallbacks see it.
/// </summary>
internal sealed class KnownAppConstraint(NodeAccess node) : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection
    ) => values[routeKey] is string app && node.Catalog.Apps.ContainsKey(app);
}
