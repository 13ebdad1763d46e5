using System.Text;
using BenchmarkDotNet.Attributes;
using Harness.Nodes;
using Waverless.Apps;
using YamlDotNet.Core;

namespace Waverless.Benchmarks;

/// <summary>Reading a manifest, against the YAML parser's events alone.</summary>
[MemoryDiagnoser]
public class ManifestBenchmarks
{
    private readonly byte[] _manifest = File.ReadAllBytes(
        Path.Combine(BenchmarkNode.AppFolder("word_count"), "app.yaml")
    );

    [Benchmark(Baseline = true)]
    public int YamlEvents()
    {
        using var text = new StringReader(Encoding.UTF8.GetString(_manifest));
        var parser = new Parser(text);
        var events = 0;
        while (parser.MoveNext())
        {
            events++;
        }

        return events;
    }

    [Benchmark]
    public int Manifest() => ManifestReader.Parse(_manifest, "app.yaml", "word_count").Length;
}
