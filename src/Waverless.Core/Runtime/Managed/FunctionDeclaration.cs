using System.Collections.Immutable;
using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>What was said about a .NET function when it was added.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Manifest">What a manifest would say.</param>
/// <param name="Placeholders">The names in the patterns that start it.</param>
/// <param name="Needs">The services without which it cannot run.</param>
internal sealed record FunctionDeclaration(
    FunctionAddress Address,
    FunctionManifest Manifest,
    KeyPlaceholders Placeholders,
    ImmutableArray<NeededService> Needs
)
{
    /// <exception cref="ArgumentException">The address or what was said is not legal.</exception>
    public static FunctionDeclaration Of(string address, Action<FunctionBuilder>? configure)
    {
        if (!FunctionAddress.TryParse(address, out var parsed))
        {
            throw new ArgumentException(
                $"'{address}' is not a function address; expected 'app/function', each "
                    + $"{NameRules.Expected}, and the app none of the reserved names "
                    + $"{string.Join(", ", NameRules.ReservedApps)}.",
                nameof(address)
            );
        }

        var builder = new FunctionBuilder(parsed);
        configure?.Invoke(builder);
        return builder.Declare();
    }
}
