using System.Globalization;
using System.Text;
using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>
/// A text that is equal for equal declarations and differs for others: what an app of delegates is
/// identified by. Names and patterns hold no line breaks or blanks.
/// </summary>
internal static class ManagedManifestText
{
    public static string Of(AppManifest manifest)
    {
        var text = new StringBuilder("managed 1\n");
        Line(text, "app", manifest.Name);
        Limits(text, manifest.Limits);
        foreach (var function in manifest.Functions)
        {
            Line(text, "function", function.Name);
            foreach (var trigger in function.Http)
            {
                Line(text, "http", $"{trigger.Verb} {trigger.Call}");
            }

            Line(text, "rpc", function.Rpc ? "yes" : "no");
            foreach (var trigger in function.Triggers)
            {
                Line(text, "on", $"{trigger.Kind} {trigger.Pattern}");
            }

            foreach (var grant in function.Kvs)
            {
                Line(text, "kvs", $"{grant.Pattern} {(int)grant.Operations}");
            }

            Line(text, "commit", function.Commit?.ToString() ?? "default");
            Limits(text, function.Limits);
        }

        return text.ToString();
    }

    private static void Limits(StringBuilder text, FunctionLimits limits) =>
        text.Append(
                CultureInfo.InvariantCulture,
                $"limits {limits.Memory} {limits.Timeout.Ticks} {limits.Concurrency} "
            )
            .Append(CultureInfo.InvariantCulture, $"{limits.Queue} {limits.Body}\n");

    private static void Line(StringBuilder text, string word, string rest) =>
        text.Append(word).Append(' ').Append(rest).Append('\n');
}
