using System.Text.Json;
using Waverless.Apps.Reading;

namespace Waverless.Apps;

/// <summary>The published JSON Schema knows exactly what the reader knows.</summary>
public sealed class SchemaTests
{
    private static readonly JsonElement Definitions = Load().GetProperty("$defs");

    public static TheoryData<string, string[]> Mappings { get; } =
        new()
        {
            { "app", [.. ManifestKeys.App] },
            { "function", [.. ManifestKeys.Function] },
            { "functionV1", [.. ManifestKeys.FunctionV1] },
            { "eventV1", [.. ManifestKeys.EventV1] },
            { "argumentV1", [.. ManifestKeys.ArgumentV1] },
            { "httpCall", [.. ManifestKeys.HttpCall] },
            { "kv", [.. ManifestKeys.Kv] },
            { "limits", [.. ManifestKeys.Limits] },
            { "partitionHome", [.. ManifestKeys.PartitionHome] },
            { "timer", [.. ManifestKeys.Timer] },
            { "retry", [.. ManifestKeys.Retry] },
            { "retryRule", [.. ManifestKeys.RetryRule] },
            { "retryOn", [.. ManifestKeys.RetryOn] },
            { "batch", [.. ManifestKeys.Batch] },
        };

    [Theory]
    [MemberData(nameof(Mappings))]
    public void Every_key_of_the_reader_is_in_the_schema_and_no_other(
        string definition,
        string[] keys
    ) => AssertKeys(keys, Definitions.GetProperty(definition));

    [Fact]
    public void Keys_of_conditions_and_affinities_are_in_the_schema()
    {
        var function = Definitions.GetProperty("function").GetProperty("properties");
        AssertKeys(ManifestKeys.Condition, function.GetProperty("condition"));
        AssertKeys(ManifestKeys.Affinity, function.GetProperty("affinity"));
    }

    [Fact]
    public void Operations_are_in_the_schema()
    {
        var choices = Definitions
            .GetProperty("operations")
            .GetProperty("items")
            .GetProperty("anyOf");
        Assert.Equal(
            [.. ManifestKeys.Operations, .. ManifestKeys.TriggerOperations],
            choices[0].GetProperty("enum").EnumerateArray().Select(word => word.GetString()!)
        );
        foreach (var (index, word) in ManifestKeys.TriggerOperations.Index())
        {
            var trigger = choices[index + 1].GetProperty("properties").GetProperty(word);
            AssertKeys(ManifestKeys.TriggerOperation, trigger);
        }
    }

    [Fact]
    public void Defaults_and_bounds_of_limits_are_those_of_the_code()
    {
        var limits = Definitions.GetProperty("limits").GetProperty("properties");
        var defaults = FunctionLimits.Default;
        Assert.Equal(SizeSyntax.Format(defaults.Memory), Default("memory").GetString());
        Assert.Equal(DurationSyntax.Format(defaults.Timeout), Default("timeout").GetString());
        Assert.Equal(SizeSyntax.Format(defaults.Body), Default("body").GetString());
        Assert.Equal(defaults.Concurrency, Default("concurrency").GetInt32());
        Assert.Equal(defaults.Queue, Default("queue").GetInt32());
        Assert.Equal(FunctionLimits.ConcurrencyMax, Max("concurrency"));
        Assert.Equal(FunctionLimits.QueueMax, Max("queue"));

        JsonElement Default(string name) => limits.GetProperty(name).GetProperty("default");
        int Max(string name) => limits.GetProperty(name).GetProperty("maximum").GetInt32();
    }

    private static void AssertKeys(IEnumerable<string> keys, JsonElement definition)
    {
        var published = definition.GetProperty("properties").EnumerateObject().Select(p => p.Name);
        Assert.Equal(keys.Order(StringComparer.Ordinal), published.Order(StringComparer.Ordinal));
        Assert.False(definition.GetProperty("additionalProperties").GetBoolean());
    }

    private static JsonElement Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Apps", "app.schema.json");
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }
}
