using CsCheck;

namespace Waverless.Apps;

public sealed class KeyPatternIndexTests
{
    [Fact]
    public void An_empty_index_finds_nothing()
    {
        Assert.Equal(0, KeyPatternIndex.Empty.Count);
        Assert.Empty(Find(KeyPatternIndex.Empty, "a"u8));
        Assert.Empty(Find(KeyPatternIndex.Empty, ""u8));
    }

    [Fact]
    public void Every_trigger_that_a_key_matches_is_found()
    {
        var index = KeyPatternIndex.Create([
            Target("exact", "slice_1"),
            Target("any", "slice_{}"),
            Target("rest", "s{*}"),
            Target("all", "{*}"),
            Target("other", "slices_{}"),
            Target("longer", "slice_1_{}"),
        ]);
        Assert.Equal(6, index.Count);
        Assert.Equal(["all", "rest", "any", "exact"], Find(index, "slice_1"u8));
        Assert.Equal(["all", "rest", "longer"], Find(index, "slice_1_x"u8));
        Assert.Equal(["all"], Find(index, "x"u8));
        Assert.Empty(Find(index, ""u8));
    }

    [Fact]
    public void The_order_does_not_depend_on_the_order_of_deployment()
    {
        TriggerTarget[] targets = [Target("b", "k_{}"), Target("a", "k_{}"), Target("c", "k_1")];
        Assert.Equal(["a", "b", "c"], Find(KeyPatternIndex.Create(targets), "k_1"u8));
        Array.Reverse(targets);
        Assert.Equal(["a", "b", "c"], Find(KeyPatternIndex.Create(targets), "k_1"u8));
    }

    [Fact]
    public void Any_index_agrees_with_a_linear_scan()
    {
        var found = 0;
        Gen.Select(PatternSamples.Legal.Array[0, 40], PatternSamples.Key.Array[1, 20])
            .SelectMany(
                (patterns, keys) =>
                    patterns.Length == 0
                        ? Gen.Const((patterns, keys))
                        : Gen.OneOf(patterns)
                            .SelectMany(PatternSamples.KeyOf)
                            .Array[1, 10]
                            .Select(more => (patterns, (byte[][])[.. keys, .. more]))
            )
            .Sample(
                sample =>
                {
                    var (patterns, keys) = sample;
                    var targets = patterns
                        .Select((pattern, i) => Target($"f{i}", pattern.Text))
                        .ToList();
                    var index = KeyPatternIndex.Create(targets);
                    foreach (var key in keys)
                    {
                        var expected = targets
                            .Where(target => target.Trigger.Pattern.Matches(key))
                            .Select(target => target.Function.Function);
                        var actual = Find(index, key);
                        Assert.Equal(expected.Order(), actual.Order());
                        Interlocked.Add(ref found, actual.Count);
                    }
                },
                iter: 1_000
            );
        Assert.True(found > 1_000, $"only {found} matches were tried");
    }

    [Fact]
    public void A_function_appears_once_for_writes_and_once_for_deletions()
    {
        var index = KeyPatternIndex.Create([
            Target("f", "k_{}", KeyTriggerKind.New),
            Target("f", "k_{*}"),
            Target("f", "{*}", KeyTriggerKind.New),
            Target("f", "k_1", KeyTriggerKind.Delete),
            Target("f", "k_{}", KeyTriggerKind.Delete),
            Target("g", "k_{}", KeyTriggerKind.New),
        ]);
        Assert.Equal(["Delete f", "New g", "Set f"], Kinds(index, "k_1"u8));
        Assert.Equal(["Delete f", "New g", "Set f"], Kinds(index, "k_2"u8));
        Assert.Equal(["Set f"], Kinds(index, "k_a_b"u8));
        Assert.Equal(["New f"], Kinds(index, "other"u8));
    }

    [Fact]
    public void A_functions_triggers_are_found_once_whatever_they_are()
    {
        var kinds = Gen.OneOf(KeyTriggerKind.Set, KeyTriggerKind.New, KeyTriggerKind.Delete);
        Gen.Select(Gen.Select(PatternSamples.Legal, kinds).Array[1, 6], PatternSamples.Key)
            .Sample(
                (triggers, key) =>
                {
                    var index = KeyPatternIndex.Create(
                        triggers.Select(pair => Target("f", pair.Item1.Text, pair.Item2))
                    );
                    var matching = triggers
                        .Where(pair => pair.Item1.Matches(key))
                        .Select(pair => pair.Item2)
                        .Distinct()
                        .ToList();
                    if (matching.Contains(KeyTriggerKind.Set))
                    {
                        matching.Remove(KeyTriggerKind.New);
                    }

                    Assert.Equal(matching.Select(kind => $"{kind} f").Order(), Kinds(index, key));
                },
                iter: 10_000
            );
    }

    [Fact]
    public void Looking_up_does_not_allocate()
    {
        var index = KeyPatternIndex.Create(
            Enumerable.Range(0, 100).Select(i => Target($"f{i}", $"key_{i}_{{}}"))
        );
        byte[] key = [.. "key_42_abc"u8];
        Assert.Single(Find(index, key));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = 0;
        for (var i = 0; i < 1_000; i++)
        {
            foreach (var target in index.Find(key))
            {
                count += target.Function.Function.Length;
            }
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(3_000, count);
    }

    [Fact]
    public void An_apps_index_holds_its_own_triggers_and_those_it_shares_for()
    {
        var owner = ManifestReader.Parse(
            """
            owner:
              fns:
                make: {kvs: {'item_{}': [set]}}
                own: {condition: {kv_set: 0}, kvs: {'item_{}': [get]}}
              shares:
                friend: {'item_a{}': [get], 'item_w{}': [set]}
            """,
            "owner.yaml"
        )[0];
        const string User = """
            fns:
              watch:
                condition: {kv_new: 0}
                kvs: {'@owner/item_{}': [get], 'item_{}': [set]}
            """;
        var friend = ManifestReader.Parse(User, "f.yaml", "friend")[0];
        var stranger = ManifestReader.Parse(User, "s.yaml", "stranger")[0];
        var index = KeyPatternIndex.Create(owner, [owner, friend, stranger]);
        Assert.Equal(["watch", "own"], Find(index, "item_a1"u8));
        Assert.Equal(["own"], Find(index, "item_w1"u8));
        Assert.Equal(["own"], Find(index, "item_b1"u8));
        Assert.Empty(Find(KeyPatternIndex.Create(friend, [owner, friend, stranger]), "item_a1"u8));
    }

    private static TriggerTarget Target(
        string function,
        string pattern,
        KeyTriggerKind kind = KeyTriggerKind.Set
    ) => new(new FunctionAddress("app", function), new KeyTrigger(kind, KeyPattern.Parse(pattern)));

    private static List<string> Kinds(KeyPatternIndex index, ReadOnlySpan<byte> key)
    {
        var found = new List<string>();
        foreach (var target in index.Find(key))
        {
            found.Add($"{target.Trigger.Kind} {target.Function.Function}");
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static List<string> Find(KeyPatternIndex index, ReadOnlySpan<byte> key)
    {
        var found = new List<string>();
        foreach (var target in index.Find(key))
        {
            found.Add(target.Function.Function);
        }

        return found;
    }
}
