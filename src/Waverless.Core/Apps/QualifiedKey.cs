namespace Waverless.Apps;

/// <summary>
/// Reads a key as functions write it: <c>@other-app/key</c> reaches another app, any other key is
/// the app's own.
/// </summary>
internal static class QualifiedKey
{
    /// <summary>Parts a key.</summary>
    /// <param name="key">The key as written.</param>
    /// <param name="app">The other app's name in ASCII; empty for the app's own keys.</param>
    /// <param name="rest">The key in that app's namespace.</param>
    /// <returns>False when it begins with '@' but does not name an app and a key.</returns>
    public static bool TrySplit(
        ReadOnlySpan<byte> key,
        out ReadOnlySpan<byte> app,
        out ReadOnlySpan<byte> rest
    )
    {
        app = default;
        rest = key;
        if (key.IsEmpty || key[0] != (byte)'@')
        {
            return true;
        }

        var slash = key.IndexOf((byte)'/');
        if (slash < 2)
        {
            return false;
        }

        app = key[1..slash];
        rest = key[(slash + 1)..];
        return true;
    }
}
