using System.Text;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Attributes;
using Waverless.Apps;

namespace Waverless.Benchmarks;

/// <summary>Which of a hundred triggers a key starts, against asking an expression each.</summary>
[MemoryDiagnoser]
public class PatternIndexBenchmarks
{
    private const int Triggers = 100;
    private const string Key = "orders77_42_paid";
    private readonly byte[] _key = Encoding.UTF8.GetBytes(Key);
    private readonly Regex[] _expressions =
    [
        .. Enumerable
            .Range(0, Triggers)
            .Select(index => new Regex(
                $@"\Aorders{index}_[A-Za-z0-9-]+_paid\z",
                RegexOptions.Compiled | RegexOptions.CultureInvariant
            )),
    ];
    private KeyPatternIndex _index = KeyPatternIndex.Empty;

    [GlobalSetup]
    public void Build()
    {
        var text = new StringBuilder("fns:\n");
        for (var index = 0; index < Triggers; index++)
        {
            text.Append($"  f{index}:\n    condition: {{kv_set: 0}}\n    kvs:\n");
            text.Append($"      orders{index}_{{}}_paid: [get]\n");
        }

        var manifest = ManifestReader.Parse(Encoding.UTF8.GetBytes(text.ToString()), "app", "app");
        _index = KeyPatternIndex.Create(manifest[0], manifest);
    }

    [Benchmark(Baseline = true)]
    public int CompiledRegexes() => _expressions.Count(expression => expression.IsMatch(Key));

    [Benchmark]
    public int Index()
    {
        var count = 0;
        foreach (var _ in _index.Find(_key))
        {
            count++;
        }

        return count;
    }
}
