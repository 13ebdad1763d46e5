using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.CrashNode;

/// <summary>Keys that say that something has happened, which must happen once.</summary>
internal static class Marks
{
    /// <summary>Leaves a mark; false if it is there already.</summary>
    public static async Task<bool> TryAsync(FunctionContext context, KvKey mark)
    {
        if (await context.GetTextAsync(mark) is not null)
        {
            return false;
        }

        await context.SetAsync(mark, "1"u8);
        return true;
    }

    /// <summary>The marks with a prefix, without it, separated by commas.</summary>
    public static async Task<string> ListAsync(FunctionContext context, string prefix)
    {
        var found = new List<string>();
        var range = KvRange.Prefix(prefix);
        while (true)
        {
            var page = await context.ScanAsync(range);
            found.AddRange(page.Entries.Select(entry => entry.Key.ToString()[prefix.Length..]));
            if (page.Next is not { } next)
            {
                return string.Join(',', found);
            }

            range = range with { From = next };
        }
    }
}
