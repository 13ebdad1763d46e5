using System.Text;
using Microsoft.AspNetCore.Http;
using Waverless.Apps;
using Waverless.AspNetCore.Problems;

namespace Waverless.AspNetCore.Functions;

/// <summary>Answers methods that call no function.</summary>
internal static class FunctionMethods
{
    /// <summary>How the request calls the function; null: it does not. HEAD is a GET.</summary>
    public static HttpTrigger? Find(FunctionManifest function, string method) =>
        function.FindHttp(HttpMethods.IsHead(method) ? HttpMethods.Get : method);

    public static Task RefuseAsync(HttpContext context, DeployedFunction function)
    {
        if (function.Manifest.Http.IsEmpty)
        {
            return ProblemWriter.WriteAsync(
                context,
                StatusTable.NotFound,
                $"'{function.Address}' has no http trigger."
            );
        }

        var allowed = Allowed(function.Manifest);
        context.Response.Headers.Allow = allowed;
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return ProblemWriter.WriteAsync(
            context,
            StatusTable.MethodNotAllowed,
            $"'{function.Address}' is not called by {context.Request.Method}; "
                + $"expected one of: {allowed}."
        );
    }

    private static string Allowed(FunctionManifest function)
    {
        var allowed = new StringBuilder();
        foreach (var trigger in function.Http)
        {
            allowed.Append(trigger.Method).Append(", ");
            if (trigger.Verb == HttpVerb.Get)
            {
                allowed.Append("HEAD, ");
            }
        }

        return allowed.Append("OPTIONS").ToString();
    }
}
