using System.Globalization;
using System.Text;

namespace Waverless.Apps.Packaging;

/// <summary>Everything that a manifest says, one statement a line, in a fixed order.</summary>
internal static class ManifestText
{
    public static string Describe(AppManifest manifest)
    {
        var text = new StringBuilder();
        Line(text, $"app {manifest.Name} default {manifest.DefaultFunction}");
        Line(text, $"partitions {manifest.Partitions} limits {manifest.Limits}");
        foreach (var share in manifest.Shares)
        {
            Line(text, $"share {share.App} {share.Pattern} {share.Operations}");
        }

        foreach (var function in manifest.Functions)
        {
            Describe(text, function);
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, FunctionManifest function)
    {
        Line(text, $"function {function.Name} rpc {function.Rpc}");
        Line(text, $"limits {function.Limits}");
        Line(text, $"modes {function.Instance} {function.Commit} {function.Isolation}");
        Line(text, $"events {function.ValueAtEvent} {function.OnPoison} {function.Timer}");
        Line(text, $"home {function.Home}");
        Line(text, $"nodes {function.Affinity.NodesMax}");
        foreach (var id in function.Affinity.NodeIds)
        {
            Line(text, $"node {id}");
        }

        foreach (var http in function.Http)
        {
            Line(text, $"http {http.Method} {http.Call}");
        }

        foreach (var grant in function.Kvs)
        {
            var partition = grant.PartitionPlaceholder;
            Line(text, $"kv {grant.Pattern} {grant.Operations} {partition}");
        }

        foreach (var trigger in function.Triggers)
        {
            Line(text, $"trigger {trigger.Kind} {trigger.Pattern} {trigger.Condition}");
        }

        // Said only where there is something to say: packages of earlier versions keep their hash.
        if (function.Messages)
        {
            Line(text, $"messages {function.Messages}");
        }

        foreach (var target in function.Sends)
        {
            Line(text, $"sends {target}");
        }

        foreach (var (name, value) in function.Env)
        {
            Line(text, $"env {name}={value.Length}:{value}");
        }

        foreach (var (name, value) in function.Config)
        {
            Line(text, $"config {name.Length}:{name}={value.Length}:{value}");
        }

        foreach (var word in function.Affinity.Tags.Concat(function.HttpOut))
        {
            Line(text, $"word {word}");
        }
    }

    private static void Line(
        StringBuilder text,
        [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument(nameof(text))]
            ref StringBuilder.AppendInterpolatedStringHandler line
    ) => text.Append(CultureInfo.InvariantCulture, ref line).Append('\n');
}
