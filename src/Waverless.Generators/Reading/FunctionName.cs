using System.Text;
using Microsoft.CodeAnalysis;

namespace Waverless.Generators.Reading;

/// <summary>What the function of a method is called.</summary>
internal static class FunctionName
{
    /// <summary>As its <c>[Function]</c> says, else after the method.</summary>
    public static string Of(IMethodSymbol method) =>
        method.Find(Names.Function) is { ConstructorArguments: [{ Value: string name }] }
            ? name
            : Of(method.Name);

    /// <summary><c>place_order</c> of <c>PlaceOrderAsync</c>.</summary>
    public static string Of(string method)
    {
        const string Suffix = "Async";
        var name =
            method.Length > Suffix.Length && method.EndsWith(Suffix, StringComparison.Ordinal)
                ? method.Substring(0, method.Length - Suffix.Length)
                : method;
        var words = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (BeginsWord(name, i))
            {
                words.Append('_');
            }

            words.Append(char.ToLowerInvariant(name[i]));
        }

        return words.ToString();
    }

    // A capital behind a small letter or a digit, and the last of several if a small one follows.
    private static bool BeginsWord(string name, int at) =>
        at > 0
        && char.IsUpper(name[at])
        && name[at - 1] != '_'
        && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));
}
