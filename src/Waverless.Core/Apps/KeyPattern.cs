using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Waverless.Apps;

/// <summary>
/// Describes a set of keys. <c>{}</c> stands for one or more of <c>A-Z a-z 0-9 -</c>,
/// <c>{*}</c> at the end for the rest of the key (one or more bytes), everything else for itself;
/// the whole key must match. A legal pattern reads a key in at most one way: two placeholders are
/// always parted by a character that <c>{}</c> does not stand for. <c>@other-app/</c> in front
/// reaches the keys of another app. Immutable; matching does not allocate. Equal by text.
/// </summary>
public sealed class KeyPattern : IEquatable<KeyPattern>
{
    /// <summary>The longest pattern, in bytes of UTF-8, without the app in front.</summary>
    public const int LengthMax = KeyPatternSyntax.LengthMax;

    /// <summary>Most placeholders in one pattern.</summary>
    public const int PlaceholdersMax = KeyPatternSyntax.PlaceholdersMax;

    private readonly byte[] _literalPrefix;

    private KeyPattern(string text, string? app, ImmutableArray<PatternToken> tokens)
    {
        Text = text;
        App = app;
        Tokens = tokens;
        _literalPrefix = tokens[0].Kind == PatternTokenKind.Literal ? tokens[0].Literal : [];
        PlaceholderCount = tokens.Count(token => token.Kind != PatternTokenKind.Literal);
    }

    /// <summary>The pattern as written, with the app in front if there is one.</summary>
    public string Text { get; }

    /// <summary>The app whose keys are meant; null: the app that declares the pattern.</summary>
    public string? App { get; }

    /// <summary>How many placeholders it has, <c>{*}</c> included.</summary>
    public int PlaceholderCount { get; }

    /// <summary>Whether it names exactly one key.</summary>
    public bool IsLiteral => PlaceholderCount == 0;

    /// <summary>What every matching key begins with; may be empty.</summary>
    public ReadOnlySpan<byte> LiteralPrefix => _literalPrefix;

    internal ImmutableArray<PatternToken> Tokens { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is not legal; the message says why.</exception>
    public static KeyPattern Parse(string text) =>
        TryParse(text, out var pattern, out var reason)
            ? pattern
            : throw new FormatException($"The key pattern '{text}' {reason}.");

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The pattern, when the answer is true.</param>
    /// <param name="reason">When false: a phrase that completes "the pattern ...".</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out KeyPattern? pattern,
        [NotNullWhen(false)] out string? reason
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        pattern = null;
        reason = KeyPatternSyntax.SplitApp(text, out var app, out var body);
        var tokens = ImmutableArray<PatternToken>.Empty;
        reason ??= KeyPatternSyntax.Tokenize(body, out tokens);
        if (reason is not null)
        {
            return false;
        }

        pattern = new KeyPattern(text, app, tokens);
        return true;
    }

    /// <summary>Whether a key, in the namespace of the pattern's app, matches.</summary>
    public bool Matches(ReadOnlySpan<byte> key) =>
        key.StartsWith(_literalPrefix) && KeyPatternMatcher.Match(Tokens, key, -1, out _);

    /// <summary>Finds what a placeholder stands for in a key.</summary>
    /// <param name="key">The key, in the namespace of the pattern's app.</param>
    /// <param name="placeholder">Which placeholder, from 0.</param>
    /// <param name="value">Where in the key its value is, when the answer is true.</param>
    /// <returns>False when the key does not match.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such placeholder.</exception>
    public bool TryCapture(ReadOnlySpan<byte> key, int placeholder, out Range value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(placeholder);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(placeholder, PlaceholderCount);
        return KeyPatternMatcher.Match(Tokens, key, placeholder, out value);
    }

    /// <summary>Whether some key matches both patterns (of the same app's keys).</summary>
    public bool Intersects(KeyPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return KeyPatternIntersection.Exists(this, other);
    }

    /// <inheritdoc/>
    public bool Equals(KeyPattern? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KeyPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
