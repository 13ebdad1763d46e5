namespace Waverless.Generators.Polyfills;

/// <summary>Members of the present framework that the linked files use.</summary>
internal static class Framework
{
    extension(char)
    {
        public static bool IsAsciiLetterOrDigit(char c) =>
            c is (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');
    }

    extension(ArgumentNullException)
    {
        public static void ThrowIfNull(object? value)
        {
            if (value is null)
            {
                throw new ArgumentNullException(nameof(value));
            }
        }
    }

    extension(string text)
    {
        public bool StartsWith(char c) => text.Length > 0 && text[0] == c;

        public int IndexOf(char c, StringComparison comparison) =>
            text.IndexOf(c.ToString(), comparison);
    }
}
