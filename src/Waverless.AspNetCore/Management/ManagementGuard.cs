using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Waverless.AspNetCore.Problems;

namespace Waverless.AspNetCore.Management;

/// <summary>
/// Who may use management routes (DESIGN §11): deploying is running code. A key that is known
/// opens them; without one they serve this machine alone, and no web page on it.
/// </summary>
internal sealed class ManagementGuard(WaverlessHttpOptions options, ILogger logger)
{
    private readonly ApiKeys _keys = new(options.ApiKeys);
    private readonly bool _keyOnLoopback = options.RequireApiKeyOnLoopback;

    /// <summary>Puts the guard before an endpoint.</summary>
    public RequestDelegate Protect(RequestDelegate endpoint) =>
        context =>
        {
            if (Refuse(context) is not { } problem)
            {
                return endpoint(context);
            }

            Log.ManagementRefused(
                logger,
                context.Request.Path,
                context.Connection.RemoteIpAddress,
                problem.Kind.Code
            );
            if (problem.Kind.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }

            return ProblemWriter.WriteAsync(context, problem);
        };

    private Problem? Refuse(HttpContext context)
    {
        if (ApiKeys.Of(context.Request) is { } key && !_keys.IsEmpty)
        {
            return _keys.Has(key)
                ? null
                : new Problem(StatusTable.KeyWrong, "The API key is not one of this node's.");
        }

        if (LoopbackRules.IsLocal(context.Connection) && !_keyOnLoopback)
        {
            return LoopbackRules.Refuse(context.Request);
        }

        return _keys.IsEmpty
            ? new Problem(
                StatusTable.NoKeyConfigured,
                "No API key is configured, so management requests are served to this machine only."
            )
            : new Problem(
                StatusTable.KeyMissing,
                "Expected an API key as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'."
            );
    }
}
