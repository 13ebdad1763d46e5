using Waverless.Generators.Models;

namespace Waverless.Generators.Writing;

/// <summary>Writes the method that adds all functions of an assembly.</summary>
internal static class AllWriter
{
    public static string Write(IEnumerable<FunctionSet> sets)
    {
        var code = SetWriter
            .Begin()
            .Open("namespace Microsoft.Extensions.DependencyInjection")
            .Line("/// <summary>Adds the .NET functions that carry attributes.</summary>")
            .Mark()
            .Open("internal static class WaverlessGeneratedFunctions")
            .Line(
                "/// <summary>Adds all functions of this assembly's classes with [Functions].</summary>"
            )
            .Open(
                $"public static {SetWriter.Builder} AddGeneratedFunctions(this {SetWriter.Builder} waverless)"
            );
        foreach (var set in sets.OrderBy(set => set.GeneratedType, StringComparer.Ordinal))
        {
            code.Line($"{set.GeneratedType}.Add{set.Name}(waverless);");
        }

        return code.Line("return waverless;").Close().Close().Close().ToString();
    }
}
