namespace Waverless.Apps.Reading;

/// <summary>
/// A key's partition must not depend on which function touches it: where two grants of an app
/// can mean the same key, both must decide its partition alike, or only one decide it.
/// </summary>
internal static class PartitionRules
{
    /// <summary>Most different rules of one app; the check compares them in pairs.</summary>
    public const int RulesMax = 64;

    public static void Check(AppManifest manifest, ErrorList errors)
    {
        var rules = KeyPartitioner.RulesOf(manifest);
        if (rules.Length > RulesMax)
        {
            errors.Add(rules[RulesMax].Line, 1, $"{rules.Length} partition rules", $"{RulesMax}");
            return;
        }

        for (var i = 0; i < rules.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (rules[i].Pattern.Intersects(rules[j].Pattern))
                {
                    errors.Add(
                        rules[i].Line,
                        1,
                        $"Keys of '{rules[i].Pattern}' can also match '{rules[j].Pattern}' of "
                            + $"line {rules[j].Line}, which puts them into another partition",
                        "one rule for each key"
                    );
                }
            }
        }
    }
}
