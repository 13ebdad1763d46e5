using Microsoft.Extensions.DependencyInjection;

namespace Waverless.Runtime.Managed;

/// <summary>A service without which a function cannot run.</summary>
/// <param name="Type">The service.</param>
/// <param name="Key">The key it is registered under; null: none.</param>
internal readonly record struct NeededService(Type Type, object? Key)
{
    /// <summary>Whether it is registered; true if nothing is known about what is.</summary>
    public bool IsRegistered(IServiceProviderIsService? known) =>
        known is null
        || (
            Key is null
                ? known.IsService(Type)
                : known is not IServiceProviderIsKeyedService keyed
                    || keyed.IsKeyedService(Type, Key)
        );

    /// <inheritdoc/>
    public override string ToString() =>
        Key is null ? TypeText.Of(Type) : $"{TypeText.Of(Type)} under the key '{Key}'";
}
