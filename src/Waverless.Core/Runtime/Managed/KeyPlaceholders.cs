using System.Collections.Immutable;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>The named placeholders of the patterns that start a function. Immutable.</summary>
/// <param name="triggers">In the order of their declaration.</param>
internal sealed class KeyPlaceholders(
    ImmutableArray<(KeyTriggerKind Kind, KeyTemplate Template)> triggers
)
{
    public static KeyPlaceholders None { get; } = new([]);

    /// <summary>Whether some trigger has a placeholder of that name.</summary>
    public bool Contains(string name) => triggers.Any(trigger => Has(trigger.Template, name));

    /// <summary>Whether every trigger has a placeholder of that name.</summary>
    public bool AllContain(string name) => triggers.All(trigger => Has(trigger.Template, name));

    /// <summary>Finds a part of the key that started an invocation.</summary>
    /// <returns>False: no key did, or none by a pattern with that placeholder.</returns>
    public bool TryRead(FunctionContext context, string name, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (context.Key is not { } key)
        {
            return false;
        }

        var isDelete = context.Trigger is TriggerKind.KeyDelete;
        foreach (var (kind, template) in triggers)
        {
            if (
                kind is KeyTriggerKind.Delete == isDelete
                && template.TryRead(key.Span, name, out part)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(KeyTemplate template, string name) => template.Names.Contains(name);
}
