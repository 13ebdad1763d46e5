using System.Collections.Immutable;
using Waverless.Events;

namespace Waverless.Apps.Reading;

/// <summary>
/// Reads <c>retry: {attempts, first, longest, jitter, on: {class: never | {...}}}</c>.
/// </summary>
internal static class RetryReader
{
    public static FunctionRetry Read(
        ManifestContext context,
        YamlEntry? entry,
        FunctionRetry defaults
    )
    {
        if (entry is null)
        {
            return defaults;
        }

        var fields = Fields.Of(entry.Value, ManifestKeys.Retry, "'retry'", context.Errors);
        return new FunctionRetry
        {
            Always = Rule(context, fields).Over(defaults.Always),
            On = fields["on"] is { } on ? Classes(context, on, defaults.On) : defaults.On,
        };
    }

    private static ImmutableSortedDictionary<ErrorClass, RetryRule> Classes(
        ManifestContext context,
        YamlEntry on,
        ImmutableSortedDictionary<ErrorClass, RetryRule> defaults
    )
    {
        var rules = defaults.ToBuilder();
        var fields = Fields.Of(on.Value, ManifestKeys.RetryOn, "'on'", context.Errors);
        foreach (var entry in fields.Entries)
        {
            if (
                !ManifestKeys.RetryOn.Contains(entry.Name, StringComparer.Ordinal)
                || ErrorClasses.Parse(entry.Name) is not { } error
            )
            {
                continue;
            }

            if (entry.Value is YamlScalar { Value: "never" })
            {
                rules[error] = RetryRule.Never;
                continue;
            }

            var known = ManifestKeys.RetryRule;
            var own = Fields.Of(entry.Value, known, $"'{entry.Name}'", context.Errors);
            var wider = rules.GetValueOrDefault(error, RetryRule.Inherited);
            rules[error] = Rule(context, own).Over(wider);
        }

        return rules.ToImmutable();
    }

    private static RetryRule Rule(ManifestContext context, Fields fields)
    {
        var scalars = context.Scalars;
        var (least, most) = (RetryRule.PauseMin, RetryRule.PauseMax);
        return new RetryRule
        {
            Attempts = scalars.Integer(fields["attempts"], 1, RetryRule.AttemptsMost),
            First = scalars.Duration(fields["first"], least, most),
            Longest = scalars.Duration(fields["longest"], least, most),
            Jitter = (RetryJitter?)scalars.Word(fields["jitter"], "none", "equal", "full"),
        };
    }
}
