using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>Runs .NET delegates that the host added. Thread-safe.</summary>
internal sealed class ManagedRuntime : IFunctionRuntime, IDisposable
{
    private readonly FrozenDictionary<FunctionAddress, FunctionRegistration> _registrations;
    private readonly FrozenSet<string> _apps;
    private readonly ManagedEnvironment _environment;
    private readonly IServiceProviderIsService? _known;

    /// <summary>Makes the runtime of one host.</summary>
    /// <param name="registrations">The functions; addresses are unique.</param>
    /// <param name="services">The host's root provider.</param>
    /// <param name="time">The node's clock.</param>
    /// <param name="log">Where failures of functions go.</param>
    /// <exception cref="AppRejectedException">An address was added twice.</exception>
    public ManagedRuntime(
        IEnumerable<FunctionRegistration> registrations,
        IServiceProvider services,
        TimeProvider time,
        ILogger<ManagedRuntime> log
    )
    {
        var all = registrations.ToList();
        ManagedApps.CheckUnique(all);
        _registrations = all.ToFrozenDictionary(registration => registration.Address);
        _apps = all.Select(registration => registration.Address.App)
            .ToFrozenSet(StringComparer.Ordinal);
        _known = services.GetService<IServiceProviderIsService>();
        _environment = new ManagedEnvironment(
            services.GetRequiredService<IServiceScopeFactory>(),
            time,
            new DeadlineSourcePool(time, log),
            log
        );
    }

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public bool Recognizes(AppPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return package.Files.Count == 0 && _apps.Contains(package.Manifest.Name);
    }

    /// <inheritdoc/>
    public ValueTask<ILoadedApp> LoadAsync(AppVersion version, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(version);
        var functions = version.Package.Manifest.Functions;
        var bound = new ManagedFunction[functions.Length];
        var missing = new List<string>();
        var defects = new List<string>();
        for (var i = 0; i < functions.Length; i++)
        {
            var address = new FunctionAddress(version.App, functions[i].Name);
            if (!_registrations.TryGetValue(address, out var registration))
            {
                missing.Add($"No .NET function was added as '{address}'.");
                continue;
            }

            try
            {
                bound[i] = new ManagedFunction(
                    address,
                    registration.Bind(_known),
                    registration.Placeholders
                );
            }
            catch (SignatureException e)
            {
                defects.Add($"The function '{address}' cannot be bound. {e.Message}");
            }
        }

        if (missing.Count + defects.Count > 0)
        {
            var code =
                missing.Count > 0
                    ? AppRejectionCode.ExportMissing
                    : AppRejectionCode.ArtifactInvalid;
            throw new AppRejectedException(version.App, code, missing.Concat(defects));
        }

        return new ValueTask<ILoadedApp>(new ManagedApp(_environment, bound));
    }

    /// <inheritdoc/>
    public void Dispose() => _environment.Deadlines.Dispose();
}
