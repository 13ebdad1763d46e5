using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Waverless.AspNetCore.Management;

/// <summary>The configured keys. Hashes of them are kept, and compared in constant time.</summary>
internal sealed class ApiKeys
{
    private const string Bearer = "Bearer ";
    private const string Header = "X-Api-Key";

    private readonly byte[][] _hashes;

    public ApiKeys(IEnumerable<string> keys)
    {
        var all = keys.ToArray();
        if (all.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException(
                "WaverlessHttpOptions.ApiKeys holds a blank key; expected keys that nobody guesses."
            );
        }

        _hashes = [.. all.Select(Hash)];
    }

    public bool IsEmpty => _hashes.Length == 0;

    /// <summary>The key that a request carries; null: none.</summary>
    public static string? Of(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        return request.Headers.TryGetValue(Header, out var key) ? key.ToString() : null;
    }

    /// <summary>Whether the key is one of the configured; takes as long for each answer.</summary>
    public bool Has(string key)
    {
        var hash = Hash(key);
        var found = false;
        foreach (var known in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
