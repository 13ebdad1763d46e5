using System.Reflection;

namespace Waverless.SampleProcesses;

/// <summary>Where the samples were built to.</summary>
public static class SamplePrograms
{
    /// <summary>The program of a sample.</summary>
    /// <param name="sample">Its name, such as <c>QuickStart</c>.</param>
    public static string PathOf(string sample)
    {
        var program = OperatingSystem.IsWindows() ? $"{sample}.exe" : sample;
        var path = Path.Combine(
            Metadata("SamplesOutput"),
            sample,
            Metadata("SamplesPivot"),
            program
        );
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"The sample {sample} was not built to {path}.");
    }

    private static string Metadata(string key) =>
        typeof(SamplePrograms)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == key)
            .Value!;
}
