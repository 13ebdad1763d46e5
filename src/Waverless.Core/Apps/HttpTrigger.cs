namespace Waverless.Apps;

/// <summary>One HTTP method by which a function can be called.</summary>
/// <param name="Verb">The method.</param>
/// <param name="Call">How the request reaches the function.</param>
public sealed record HttpTrigger(HttpVerb Verb, CallKind Call)
{
    /// <summary>The method as HTTP spells it, for example <c>GET</c>.</summary>
    public string Method =>
        Verb switch
        {
            HttpVerb.Get => "GET",
            HttpVerb.Post => "POST",
            HttpVerb.Put => "PUT",
            HttpVerb.Delete => "DELETE",
            _ => "PATCH",
        };
}
