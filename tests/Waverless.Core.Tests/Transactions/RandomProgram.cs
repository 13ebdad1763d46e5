using System.Globalization;

namespace Waverless.Transactions;

/// <summary>
/// What a function of the serializability property does: a few steps over a few keys, each of
/// which depends on everything that was read before.
/// </summary>
internal sealed class RandomProgram(int id, (int What, int Key)[] steps)
{
    public const int Keys = 4;

    public int Id => id;

    /// <summary>Runs it; the answer tells everything that it has seen.</summary>
    public async Task<string> RunAsync(IProgramStore store)
    {
        var seen = string.Create(CultureInfo.InvariantCulture, $"{id}:");
        foreach (var (what, key) in steps)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"k_{key}");
            switch (what)
            {
                case 0 or 1:
                    seen += await store.GetAsync(name) ?? "-";
                    break;
                case 2:
                    seen += $"[{await store.ScanAsync()}]";
                    break;
                case 3:
                    seen += await store.ClaimAsync(name, Digest(seen)) ? "+" : "!";
                    break;
                case 4:
                    await store.DeleteAsync(name);
                    break;
                default:
                    await store.SetAsync(name, Digest(seen));
                    break;
            }
        }

        return seen;
    }

    public override string ToString() => $"{id}({string.Join(' ', steps)})";

    /// <summary>Short, and different for what differs (FNV-1a).</summary>
    private static string Digest(string seen)
    {
        var hash = 2166136261;
        foreach (var letter in seen)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return hash.ToString("x", CultureInfo.InvariantCulture);
    }
}

/// <summary>What a program does to keys: the real store's, or the model's.</summary>
internal interface IProgramStore
{
    Task<string?> GetAsync(string key);

    /// <summary>All keys with their values.</summary>
    Task<string> ScanAsync();

    Task SetAsync(string key, string value);

    Task DeleteAsync(string key);

    /// <summary>Writes a key only if it is absent.</summary>
    Task<bool> ClaimAsync(string key, string value);
}
