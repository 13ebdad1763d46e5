using Microsoft.Extensions.DependencyInjection;

namespace Waverless.Runtime.Managed;

/// <summary>A provider that counts the scopes made of it.</summary>
internal sealed class CountingScopes(IServiceProvider inner)
    : IServiceProvider,
        IServiceScopeFactory
{
    public int Count { get; private set; }

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IServiceScopeFactory) ? this : inner.GetService(serviceType);

    public IServiceScope CreateScope()
    {
        Count++;
        return inner.GetRequiredService<IServiceScopeFactory>().CreateScope();
    }
}
