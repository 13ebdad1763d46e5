using System.Text;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Attributes;
using Waverless.Apps;

namespace Waverless.Benchmarks;

/// <summary>Whether a key matches a pattern, against a compiled regular expression.</summary>
[MemoryDiagnoser]
public partial class PatternBenchmarks
{
    private const string Key = "wordcount_slice_17-4711";
    private readonly KeyPattern _pattern = KeyPattern.Parse("wordcount_slice_{}");
    private readonly byte[] _key = Encoding.UTF8.GetBytes(Key);

    [Benchmark(Baseline = true)]
    public bool GeneratedRegex() => Expression().IsMatch(Key);

    [Benchmark]
    public bool Pattern() => _pattern.Matches(_key);

    [GeneratedRegex(@"\Awordcount_slice_[A-Za-z0-9-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Expression();
}
