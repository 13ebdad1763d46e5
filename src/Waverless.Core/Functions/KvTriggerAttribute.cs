using Waverless.Apps;

namespace Waverless.Functions;

/// <summary>
/// A change of a key starts the function. A named placeholder, as in <c>orders_{id}</c>, is bound
/// to the parameter of that name: a <c>string</c> or anything else that is <c>ISpanParsable</c>. A
/// key whose part cannot be read as that is a failure of kind <c>BadPayload</c>.
/// </summary>
/// <param name="pattern">
/// Which keys; <c>@app/pattern</c> for those that another app shares. <c>{}</c> and <c>{*}</c> are
/// placeholders without a name.
/// </param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class KvTriggerAttribute(string pattern) : Attribute
{
    /// <summary>Which keys.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>Which change of them.</summary>
    /// <value>Default: every write.</value>
    public KeyTriggerKind On { get; set; }
}
