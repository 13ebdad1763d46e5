using Microsoft.Extensions.DependencyInjection;

namespace Waverless.Hosting;

internal sealed class WaverlessBuilder(IServiceCollection services) : IWaverlessBuilder
{
    public IServiceCollection Services => services;
}
