using System.Diagnostics.CodeAnalysis;

namespace Waverless.Apps;

/// <summary>
/// Names one function of one app; its text is <c>app/function</c>. Compared ordinally.
/// </summary>
/// <param name="App">The app's name; <see cref="NameRules"/> says what is legal.</param>
/// <param name="Function">The function's name within the app.</param>
public readonly record struct FunctionAddress(string App, string Function)
{
    /// <summary>Reads <c>app/function</c>.</summary>
    /// <param name="text">The text to read; null is not an address.</param>
    /// <param name="address">The address, when the answer is true.</param>
    /// <returns>False when the text is not two legal names around one slash.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out FunctionAddress address)
    {
        address = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0)
        {
            return false;
        }

        var (app, function) = (text![..slash], text[(slash + 1)..]);
        if (NameRules.RefuseApp(app) is not null || NameRules.RefuseFunction(function) is not null)
        {
            return false;
        }

        address = new FunctionAddress(app, function);
        return true;
    }

    /// <summary>Reads <c>app/function</c>.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static FunctionAddress Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException(
                $"'{text}' is not a function address; expected 'app/function', "
                    + $"each {NameRules.Expected}."
            );

    /// <inheritdoc/>
    public override string ToString() => $"{App}/{Function}";
}
