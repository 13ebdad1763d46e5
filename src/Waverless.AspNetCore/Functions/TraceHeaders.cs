using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// W3C trace context at the edge. The server's own activity carries it inside; where no activity
/// is made, because nobody listens, the caller's header is taken as it is.
/// </summary>
internal static class TraceHeaders
{
    private const string Response = "traceresponse";

    /// <summary>The trace to continue; null: the current activity's.</summary>
    public static ActivityContext? Incoming(HttpContext context)
    {
        if (Activity.Current is not null)
        {
            return null;
        }

        var headers = context.Request.Headers;
        return
            headers.TraceParent.Count == 1
            && ActivityContext.TryParse(
                headers.TraceParent,
                headers.TraceState,
                isRemote: true,
                out var parsed
            )
            ? parsed
            : null;
    }

    /// <summary>Tells callers who trace, or whom we trace, the span that served them.</summary>
    public static void Answer(HttpContext context)
    {
        if (
            Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
            && (activity.Recorded || activity.HasRemoteParent)
        )
        {
            context.Response.Headers[Response] = activity.Id;
        }
    }
}
