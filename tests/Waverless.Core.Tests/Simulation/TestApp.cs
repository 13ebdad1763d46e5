using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime.Managed;

namespace Waverless.Simulation;

/// <summary>What a function of a test does.</summary>
internal delegate ValueTask<InvocationResult> Script(ScriptCall call);

/// <summary>An app whose functions are C# lambdas.</summary>
internal sealed class TestApp(string name)
{
    private readonly List<FunctionManifest> _functions = [];

    public string Name => name;

    public Dictionary<string, Script> Scripts { get; } = new(StringComparer.Ordinal);

    public int Partitions { get; set; } = 1;

    /// <summary>What the manifest says under <c>scheduler</c>.</summary>
    public string? Scheduler { get; set; }

    public List<AppShare> Shares { get; } = [];

    public FunctionLimits Limits { get; set; } = FunctionLimits.Default;

    public AppManifest Manifest =>
        new()
        {
            Name = name,
            Functions = [.. _functions],
            Partitions = Partitions,
            Shares = [.. Shares],
            Limits = Limits,
            Scheduler = Scheduler,
        };

    /// <summary>Adds a function; keys whose first placeholder decides the partition do so.</summary>
    public TestApp Answers(string function, Action<FunctionBuilder>? declare, Script script)
    {
        var builder = new FunctionBuilder(new FunctionAddress(name, function));
        declare?.Invoke(builder);
        var manifest = builder.Build();
        manifest = manifest with { Kvs = [.. manifest.Kvs.Select(WithLine)] };
        if (Partitions > 1)
        {
            manifest = manifest with { Kvs = [.. manifest.Kvs.Select(ByFirstPlaceholder)] };
        }

        _functions.Add(manifest);
        Scripts.Add(function, script);
        return this;
    }

    public TestApp Function(
        string function,
        Action<FunctionBuilder>? declare,
        Func<ScriptCall, Task> script
    ) =>
        Answers(
            function,
            declare,
            async call =>
            {
                await script(call);
                return InvocationResult.Completed();
            }
        );

    public TestApp Share(string app, string pattern, KeyOperations operations)
    {
        Shares.Add(new AppShare(app, KeyPattern.Parse(pattern), operations));
        return this;
    }

    /// <summary>Changes what a function declares.</summary>
    public TestApp With(string function, Func<FunctionManifest, FunctionManifest> change)
    {
        var index = _functions.FindIndex(manifest => manifest.Name == function);
        _functions[index] = change(_functions[index]);
        return this;
    }

    /// <summary>Says on which nodes a function may run.</summary>
    public TestApp On(string function, FunctionAffinity affinity) =>
        With(function, manifest => manifest with { Affinity = affinity });

    public void Remove(string function)
    {
        _functions.RemoveAll(manifest => manifest.Name == function);
        Scripts.Remove(function);
    }

    /// <summary>The n-th grant of a function stands on the n-th line.</summary>
    private static KeyPatternGrant WithLine(KeyPatternGrant grant, int index) =>
        grant with
        {
            Line = index + 1,
        };

    private static KeyPatternGrant ByFirstPlaceholder(KeyPatternGrant grant) =>
        grant.Pattern.PlaceholderCount > 0 ? grant with { PartitionPlaceholder = 0 } : grant;
}
