using System.Collections.Immutable;
using Waverless.Apps;

namespace Waverless.Functions;

/// <summary>HTTP requests to <c>/{app}/{function}</c> start the function.</summary>
/// <param name="verbs">The methods. Default: GET and POST.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class HttpTriggerAttribute(params HttpVerb[] verbs) : Attribute
{
    /// <summary>The methods.</summary>
    public ImmutableArray<HttpVerb> Verbs { get; } =
        verbs is { Length: > 0 } ? [.. verbs] : [HttpVerb.Get, HttpVerb.Post];
}
