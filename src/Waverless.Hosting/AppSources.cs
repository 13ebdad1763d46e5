using Waverless.Apps;
using Waverless.Runtime.Managed;

namespace Waverless.Hosting;

/// <summary>What <c>AddApps</c> and <c>AddFunction</c> have named; read at start.</summary>
internal sealed class AppSources
{
    /// <summary>Folders of apps, folders of such folders, or zips.</summary>
    public List<string> Paths { get; } = [];

    public List<FunctionRegistration> Functions { get; } = [];

    /// <summary>What apps made of delegates let others use.</summary>
    public List<(string App, AppShare Share)> Shares { get; } = [];
}
