namespace QuickStart;

/// <summary>Checks <c>--urls</c> before the server does, which would answer with a stack trace.</summary>
internal static class ListenUrls
{
    private const string Expected = "expected http://HOST:PORT, or several separated by ';'.";

    /// <summary>What is wrong; null if nothing is.</summary>
    public static string? Refuse(string urls)
    {
        var split = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var all = urls.Split(';', split);
        var bad = all.Length == 0 ? urls : all.FirstOrDefault(url => !IsUsable(url));
        return bad is null ? null : $"--urls is '{bad}'; {Expected}";
    }

    private static bool IsUsable(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme == Uri.UriSchemeHttp
                && address.PathBase.Length == 0
                && address.Port is >= 0 and <= ushort.MaxValue;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
