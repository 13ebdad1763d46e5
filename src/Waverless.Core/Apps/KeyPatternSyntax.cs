using System.Collections.Immutable;
using System.Text;

namespace Waverless.Apps;

/// <summary>
/// Reads the text of key patterns and says what is wrong with it. The source generator is built
/// from this file too.
/// </summary>
internal static class KeyPatternSyntax
{
    public const int LengthMax = 512;

    public const int PlaceholdersMax = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Parts <c>@app/body</c>.</summary>
    /// <returns>Null, or a phrase that completes "the pattern ...".</returns>
    public static string? SplitApp(string text, out string? app, out string body)
    {
        app = null;
        body = text;
        if (!text.StartsWith('@'))
        {
            return null;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return "begins with '@' but names no app; expected '@other-app/pattern'";
        }

        app = text[1..slash];
        body = text[(slash + 1)..];
        return NameRules.RefuseApp(app) is { } why ? $"names the app '{app}', which {why}" : null;
    }

    /// <summary>Cuts a pattern into literals and placeholders.</summary>
    /// <returns>Null, or a phrase that completes "the pattern ...".</returns>
    public static string? Tokenize(string body, out ImmutableArray<PatternToken> tokens)
    {
        tokens = [];
        if (body.Length == 0)
        {
            return "is empty";
        }

        if (body.Length > LengthMax || ByteCount(body) is not { } bytes)
        {
            return body.Length > LengthMax ? TooLong : "is not valid Unicode";
        }

        if (bytes > LengthMax)
        {
            return TooLong;
        }

        var found = ImmutableArray.CreateBuilder<PatternToken>();
        if (Cut(body, found) is { } reason)
        {
            return reason;
        }

        tokens = found.ToImmutable();
        return Ambiguity(tokens);
    }

    private const string TooLong = "is longer than 512 bytes";

    private static int? ByteCount(string body)
    {
        try
        {
            return StrictUtf8.GetByteCount(body);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    private static string? Cut(string body, ImmutableArray<PatternToken>.Builder found)
    {
        for (var at = 0; at < body.Length; )
        {
            var rest = body.AsSpan(at);
            if (rest.StartsWith("{}"))
            {
                found.Add(PatternToken.Segment);
                at += 2;
            }
            else if (rest.StartsWith("{*}"))
            {
                found.Add(PatternToken.Rest);
                at += 3;
            }
            else if (rest[0] is '{' or '}')
            {
                return $"has a '{rest[0]}' at character {at + 1} that is not part of "
                    + "'{}' or '{*}'";
            }
            else
            {
                var length = rest.IndexOfAny('{', '}');
                var literal = length < 0 ? rest : rest[..length];
                if (ControlCharacter(literal) is { } code)
                {
                    return $"holds the control character U+{code:X4}";
                }

                found.Add(new(PatternTokenKind.Literal, StrictUtf8.GetBytes(literal.ToArray())));
                at += literal.Length;
            }
        }

        return null;
    }

    private static int? ControlCharacter(ReadOnlySpan<char> literal)
    {
        foreach (var c in literal)
        {
            if (char.IsControl(c))
            {
                return c;
            }
        }

        return null;
    }

    private static string? Ambiguity(ImmutableArray<PatternToken> tokens)
    {
        // False at the start: a placeholder may open the pattern.
        var afterPlaceholder = false;
        var placeholders = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            if (token.Kind == PatternTokenKind.Literal)
            {
                afterPlaceholder &= token.SegmentPrefixLength == token.Literal.Length;
                continue;
            }

            if (token.Kind == PatternTokenKind.Rest && i != tokens.Length - 1)
            {
                return "has '{*}' before its end; '{*}' takes all the rest of a key";
            }

            if (afterPlaceholder)
            {
                return "could be read in more than one way: between two placeholders a "
                    + "character other than A-Z, a-z, 0-9 and '-' is needed";
            }

            afterPlaceholder = true;
            if (++placeholders > PlaceholdersMax)
            {
                return $"has more than {PlaceholdersMax} placeholders";
            }
        }

        return null;
    }
}
