using System.Reflection;
using System.Runtime.CompilerServices;

namespace Waverless.Tidy;

public sealed class TypeTests
{
    private static readonly string[] Assemblies =
    [
        "Waverless.Core",
        "Waverless.Storage",
        "Waverless.Transport",
        "Waverless.Wasm",
        "Waverless.Hosting",
        "Waverless.AspNetCore",
    ];

    /// <summary>Designed to be derived from.</summary>
    private static readonly string[] Open = ["AppRejectedException"];

    [Fact]
    public void Classes_are_sealed_static_or_abstract() =>
        Assert.Empty(
            from type in Types()
            where type.IsClass && !type.IsSealed && !type.IsAbstract
            where !Open.Contains(type.Name)
            select type.FullName
        );

    [Fact]
    public void The_seams_that_the_project_promises_are_public()
    {
        var seams = Types().Where(type => type.IsPublic).Select(type => type.Name).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "IFunctionRuntime",
                "IKvStore",
                "IScheduler",
                "IStorageEngine",
                "IFunctionInvoker",
            },
            seams
        );
    }

    private static IEnumerable<Type> Types() =>
        Assemblies
            .Select(name => Assembly.Load(name))
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
            .Where(type => !type.FullName!.Contains('<', StringComparison.Ordinal))
            .Where(type =>
                type.Namespace?.StartsWith("Waverless", StringComparison.Ordinal) == true
            );
}
