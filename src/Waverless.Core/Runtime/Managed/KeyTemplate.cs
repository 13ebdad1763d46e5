using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>A key pattern whose placeholders have names. Immutable.</summary>
internal sealed class KeyTemplate
{
    private readonly byte[] _app;

    private KeyTemplate(KeyPattern pattern, ImmutableArray<string?> names)
    {
        Pattern = pattern;
        Names = names;
        _app = Encoding.ASCII.GetBytes(pattern.App ?? "");
    }

    /// <summary>What the manifest says.</summary>
    public KeyPattern Pattern { get; }

    /// <summary>One per placeholder, in order; null for one without a name.</summary>
    public ImmutableArray<string?> Names { get; }

    /// <summary>Reads a pattern, with or without names.</summary>
    /// <param name="text">For example <c>orders_{id}</c> or <c>orders_{}</c>.</param>
    /// <param name="template">The pattern, when the answer is true.</param>
    /// <param name="reason">A phrase that completes "the key pattern ...".</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out KeyTemplate? template,
        [NotNullWhen(false)] out string? reason
    )
    {
        template = null;
        reason = KeyTemplateSyntax.Split(text, out var plain, out var names);
        if (reason is not null || !KeyPattern.TryParse(plain, out var pattern, out reason))
        {
            return false;
        }

        template = new KeyTemplate(pattern, [.. names]);
        return true;
    }

    /// <summary>Finds what a placeholder stands for.</summary>
    /// <param name="key">As events name it: <c>@app/key</c> if it is another app's.</param>
    /// <param name="name">The placeholder's name.</param>
    /// <param name="part">What it stands for, when the answer is true.</param>
    /// <returns>False: the key does not match, or there is no such placeholder.</returns>
    public bool TryRead(ReadOnlySpan<byte> key, string name, out ReadOnlySpan<byte> part)
    {
        part = default;
        var placeholder = Names.IndexOf(name, 0, StringComparer.Ordinal);
        if (placeholder < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> app = [];
        var own = key;
        if (_app.Length > 0 && !QualifiedKey.TrySplit(key, out app, out own))
        {
            return false;
        }

        if (!app.SequenceEqual(_app) || !Pattern.TryCapture(own, placeholder, out var where))
        {
            return false;
        }

        part = own[where];
        return true;
    }
}
