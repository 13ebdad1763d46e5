namespace Waverless.Apps;

/// <summary>
/// Finds the functions that a change of a key starts, among all triggers on one app's keys. A
/// radix tree over the literal beginnings of the patterns: a look-up costs the length of the key
/// and the patterns that share its beginning. Immutable; look-ups do not allocate.
/// </summary>
internal sealed class KeyPatternIndex
{
    private readonly KeyPatternIndexNode _root;

    private KeyPatternIndex(KeyPatternIndexNode root, int count)
    {
        _root = root;
        Count = count;
    }

    /// <summary>No triggers.</summary>
    public static KeyPatternIndex Empty { get; } = Create([]);

    /// <summary>How many triggers there are.</summary>
    public int Count { get; }

    /// <summary>Builds an index over triggers on the keys of one app.</summary>
    public static KeyPatternIndex Create(IEnumerable<TriggerTarget> targets)
    {
        // A stable order: the same triggers are found in the same order on every node.
        var sorted = targets
            .OrderBy(target => target.Trigger.Pattern.LiteralPrefix.ToArray(), ByBytes)
            .ThenBy(target => target.Function.ToString(), StringComparer.Ordinal)
            .ToArray();
        SetRivals(sorted);
        return new KeyPatternIndex(KeyPatternIndexNode.Build(sorted, 0), sorted.Length);
    }

    /// <summary>Builds the index over everything that the keys of one app set off.</summary>
    /// <param name="owner">The app whose keys are meant.</param>
    /// <param name="catalog">All deployed apps, that one included.</param>
    public static KeyPatternIndex Create(AppManifest owner, IEnumerable<AppManifest> catalog)
    {
        List<TriggerTarget> targets = [];
        foreach (var user in catalog)
        {
            targets.AddRange(Targets(owner, user));
        }

        return targets.Count == 0 ? Empty : Create(targets);
    }

    /// <summary>
    /// Enumerates the functions that a key starts, in a fixed order. One function appears at most
    /// once for writes (by <see cref="KeyTriggerKind.Set"/> rather than
    /// <see cref="KeyTriggerKind.New"/>) and at most once for deletions; which of them happened is
    /// for the caller to tell apart.
    /// </summary>
    public Matches Find(ReadOnlySpan<byte> key) => new(_root, key);

    private static void SetRivals(TriggerTarget[] sorted)
    {
        var several = Enumerable
            .Range(0, sorted.Length)
            .GroupBy(at => sorted[at].Function)
            .Where(triggers => triggers.Skip(1).Any());
        foreach (var triggers in several)
        {
            var all = triggers.Select(at => (At: at, Target: sorted[at])).ToArray();
            foreach (var (at, target) in all)
            {
                var rivals = all.Where(other =>
                        other.At != at
                        && other.Target.Covers(target)
                        && (!target.Covers(other.Target) || other.At < at)
                        && other.Target.Trigger.Pattern.Intersects(target.Trigger.Pattern)
                    )
                    .Select(other => other.Target);
                sorted[at] = target with { Rivals = [.. rivals] };
            }
        }
    }

    private static Comparer<byte[]> ByBytes { get; } =
        Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    private static IEnumerable<TriggerTarget> Targets(AppManifest owner, AppManifest user)
    {
        var own = user.Name == owner.Name;
        foreach (var function in user.Functions)
        {
            foreach (var trigger in function.Triggers)
            {
                if (trigger.Pattern.App == (own ? null : owner.Name))
                {
                    var address = new FunctionAddress(user.Name, function.Name);
                    yield return new TriggerTarget(address, trigger)
                    {
                        ValueAtEvent = function.ValueAtEvent,
                        Shares = own ? default : SharingRules.Shares(owner, user.Name),
                    };
                }
            }
        }
    }

    /// <summary>The triggers that a key matches; walks the tree as it is enumerated.</summary>
    internal ref struct Matches(KeyPatternIndexNode root, ReadOnlySpan<byte> key)
    {
        private readonly ReadOnlySpan<byte> _key = key;
        private KeyPatternIndexNode? _node = key.StartsWith(root.Label) ? root : null;
        private int _depth = root.Label.Length;
        private int _next;

        public TriggerTarget Current { get; private set; } = null!;

        public readonly Matches GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_node is not null)
            {
                while (_next < _node.Targets.Length)
                {
                    var target = _node.Targets[_next++];
                    if (target.Matches(_key))
                    {
                        Current = target;
                        return true;
                    }
                }

                _node = _node.Child(_key[_depth..]);
                _depth += _node?.Label.Length ?? 0;
                _next = 0;
            }

            return false;
        }
    }
}
