using System.Text;

namespace Waverless.Kv;

/// <summary>
/// A key: 1 to <see cref="KvLimits.KeyBytesMax"/> bytes, UTF-8 by convention. Keys are ordered by
/// their bytes. The value does not own its memory: whoever passes a key keeps the bytes unchanged
/// until the call has completed.
/// </summary>
/// <param name="utf8">The bytes of the key.</param>
public readonly struct KvKey(ReadOnlyMemory<byte> utf8) : IEquatable<KvKey>
{
    /// <summary>The bytes of the key.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;

    /// <summary>The bytes of the key.</summary>
    public ReadOnlySpan<byte> Span => Utf8.Span;

    /// <summary>Makes a key of a text, as UTF-8.</summary>
    /// <param name="key">Text of the key.</param>
    public static implicit operator KvKey(string key) => new(Encoding.UTF8.GetBytes(key));

    /// <summary>Makes a key of a text, as UTF-8.</summary>
    /// <param name="key">Text of the key.</param>
    public static KvKey FromString(string key) => key;

    /// <inheritdoc/>
    public bool Equals(KvKey other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KvKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>Whether both keys have the same bytes.</summary>
    /// <param name="left">A key.</param>
    /// <param name="right">Another key.</param>
    public static bool operator ==(KvKey left, KvKey right) => left.Equals(right);

    /// <summary>Whether the keys differ.</summary>
    /// <param name="left">A key.</param>
    /// <param name="right">Another key.</param>
    public static bool operator !=(KvKey left, KvKey right) => !left.Equals(right);

    /// <summary>The key as text; bytes that are not UTF-8 appear as U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);
}
