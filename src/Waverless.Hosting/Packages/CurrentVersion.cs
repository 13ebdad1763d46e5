using System.Text.Json;
using System.Text.Json.Serialization;

namespace Waverless.Hosting.Packages;

/// <summary>Which uploaded version of an app is current: the content of a small file.</summary>
/// <param name="Hash">The version's content hash; its zip has that name.</param>
/// <param name="ReplacedHash">Version of the host's own folder that it replaced.</param>
internal sealed record CurrentVersion(string? Hash, string? ReplacedHash)
{
    private const int HashLength = 64;

    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, CurrentVersionJson.Default.CurrentVersion);

    /// <summary>Null: it is not what was written.</summary>
    public static CurrentVersion? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var current = JsonSerializer.Deserialize(
                json,
                CurrentVersionJson.Default.CurrentVersion
            );
            // The hash becomes part of a path.
            var isHash =
                current?.Hash is { Length: HashLength } hash
                && hash.All(character => char.IsAsciiHexDigitLower(character));
            return isHash ? current : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(CurrentVersion))]
internal sealed partial class CurrentVersionJson : JsonSerializerContext;
