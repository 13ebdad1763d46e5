using System.Text;

namespace Waverless.Invocations.Idempotency;

/// <summary>Bounds of idempotency keys.</summary>
internal static class IdempotencyLimits
{
    /// <summary>Longest key in bytes of UTF-8.</summary>
    public const int KeyBytesMax = 255;

    /// <summary>Longest principal in bytes of UTF-8.</summary>
    public const int PrincipalBytesMax = 1024;

    /// <summary>
    /// Longest answer that is kept. Of a longer one it is kept only that the call took effect.
    /// </summary>
    public const int AnswerBytesMax = 64 * 1024;

    /// <summary>How long a key is remembered.</summary>
    public static TimeSpan RetentionDefault { get; } = TimeSpan.FromHours(24);

    /// <summary>What is wrong with a key; null: nothing.</summary>
    public static string? Refuse(string key)
    {
        var bytes = Encoding.UTF8.GetByteCount(key);
        return bytes is 0 or > KeyBytesMax
            ? $"The idempotency key has {bytes} bytes; expected 1 to {KeyBytesMax}."
            : null;
    }

    /// <summary>What is wrong with a principal; null: nothing.</summary>
    public static string? RefusePrincipal(string principal)
    {
        var bytes = Encoding.UTF8.GetByteCount(principal);
        return bytes > PrincipalBytesMax
            ? $"The principal has {bytes} bytes; expected at most {PrincipalBytesMax}."
            : null;
    }
}
