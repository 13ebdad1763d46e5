using Waverless.Apps;

namespace QuickStart;

/// <summary>What a user sees once everything runs.</summary>
internal static class Greeting
{
    public static void Print(TextWriter to, ICollection<string> urls, QuickStartSettings settings)
    {
        to.WriteLine($"Waverless QuickStart listens on {string.Join(", ", urls)}");
        to.WriteLine($"Data folder: {settings.DataFolder}");
        to.WriteLine();
        to.WriteLine("Functions:");
        foreach (var app in Directory.EnumerateDirectories(QuickStartSettings.AppsFolder).Order())
        {
            var manifest = AppPackageReader.FromFolder(app).Manifest;
            foreach (var function in manifest.Functions)
            {
                to.WriteLine($"  {Describe(manifest.Name, function)}");
            }
        }

        var url = urls.First();
        to.WriteLine();
        to.WriteLine("Try:");
        to.WriteLine($"  curl -X POST {url}/fn2/fn2");
        to.WriteLine($"  curl '{url}/word_count/split_file?wait=cascade'");
        to.WriteLine($"  curl '{url}/word_count/result?top=20'");
        to.WriteLine();
        to.WriteLine("Ctrl+C stops it; the data stays.");
        to.Flush();
    }

    private static string Describe(string app, FunctionManifest function)
    {
        var route = $"/{app}/{function.Name}";
        var methods = string.Join(", ", function.Http.Select(trigger => trigger.Method));
        var keys = string.Join(", ", function.Triggers.Select(Describe));
        return keys.Length == 0 ? $"{methods, -10} {route}"
            : methods.Length == 0 ? $"{"(event)", -10} {route}, by {keys}"
            : $"{methods, -10} {route}, also by {keys}";
    }

    private static string Describe(KeyTrigger trigger) =>
        trigger.Kind switch
        {
            KeyTriggerKind.Set => $"a set of {trigger.Pattern}",
            KeyTriggerKind.New => $"a new {trigger.Pattern}",
            _ => $"a deletion of {trigger.Pattern}",
        };
}
