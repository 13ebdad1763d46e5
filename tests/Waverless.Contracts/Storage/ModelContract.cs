using System.Text;
using CsCheck;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Random commits against a sorted dictionary that does the same.</summary>
public abstract class ModelContract : StorageContract
{
    private const int CommitsMax = 40;
    private const int Samples = 150;

    private static readonly string[] Keys = ["a", "ab", "abc", "b", "ba", "c"];

    private static readonly Gen<Step> GenStep =
        from kind in Gen.Enum<StepKind>()
        from key in Gen.Int[0, Keys.Length - 1]
        from value in Gen.String[Gen.Char['a', 'z'], 0, 5]
        from back in Gen.Int[0, 3]
        select new Step(kind, Keys[key], value, (ulong)back);

    private static readonly Gen<Step[][]> GenCommits = GenStep.Array[0, 5].Array[0, CommitsMax];

    private int _samples;

    [Fact]
    public void Random_commits_behave_as_the_model_does() =>
        GenCommits.Sample(Compare, iter: Samples, threads: 1);

    private void Compare(Step[][] commits)
    {
        var p = new PartitionId($"model{_samples++}", 0);
        var model = new Model();
        foreach (var steps in commits)
        {
            var commit = new Commit();
            foreach (var step in steps)
            {
                step.AddTo(commit, model);
            }

            var expected = model.Apply(steps);
            var result = Engine.CommitAsync(p, commit, Ct).AsTask().GetAwaiter().GetResult();
            Assert.Equal(expected, result.IsCommitted ? -1 : result.FailedCondition);
            Assert.Equal(expected == -1 ? model.Revision : 0, result.Revision.Number);
        }

        Assert.Equal(model.Entries(), Stored(p));
    }

    private IEnumerable<string> Stored(PartitionId p)
    {
        var all = new KvRange(string.Empty, string.Empty, int.MaxValue);
        var page = Engine.ScanAsync(p, all, default, Ct).AsTask().GetAwaiter().GetResult();
        return page.Entries.Select(e =>
            $"{e.Key}={Encoding.UTF8.GetString(e.Value.Span)}@{e.Number}"
        );
    }

    private enum StepKind
    {
        Put,
        Delete,
        DeleteIfRevision,
        AddEvent,
        EndEvent,
        RequireRevision,
        RequireAbsent,
        RequirePresent,
        RequireRangeUnchanged,
        RequireEvent,
    }

    /// <summary>One operation; Back is how many revisions ranges and events lie back.</summary>
    private sealed record Step(StepKind Kind, string Key, string Value, ulong Back)
    {
        public ulong Number { get; private set; }

        private EventPosition Position => new(0, 128, Number, 0);

        public void AddTo(Commit commit, Model model)
        {
            // Most conditions should hold, so they name what the model has.
            var known = model.NumberOf(Key);
            Number =
                Kind >= StepKind.RequireRangeUnchanged || Kind == StepKind.EndEvent
                    ? model.Revision - Math.Min(Back, model.Revision)
                    : known + (Back == 3 ? 1u : 0u);
            var key = B(Key);
            switch (Kind)
            {
                case StepKind.Put:
                    commit.Put(key, B(Value));
                    break;
                case StepKind.Delete:
                    commit.Delete(key);
                    break;
                case StepKind.DeleteIfRevision:
                    commit.DeleteIfRevision(key, Number);
                    break;
                case StepKind.AddEvent:
                    AddEventTo(commit);
                    break;
                case StepKind.EndEvent:
                    commit.Complete("f"u8, EventState.Ready, Position);
                    break;
                case StepKind.RequireEvent:
                    commit.RequireEvent("f"u8, EventState.Ready, Position);
                    break;
                case StepKind.RequireRevision:
                    commit.RequireRevision(key, Number);
                    break;
                case StepKind.RequireAbsent:
                    commit.RequireAbsent(key);
                    break;
                case StepKind.RequirePresent:
                    commit.RequirePresent(key);
                    break;
                default:
                    commit.RequireRangeUnchanged(key, B(Key + "b"), Number);
                    break;
            }
        }

        private static void AddEventTo(Commit commit)
        {
            var record = new EventRecord { Kind = EventKind.Message };
            var when = EventCondition.Always;
            commit.AddEvent(when, default, null, "f"u8, EventState.Ready, 0, 128, record);
        }
    }

    private sealed class Model
    {
        private readonly HashSet<ulong> _events = [];
        private readonly List<(ulong Revision, string Key)> _changes = [];
        private SortedDictionary<string, (string Value, ulong Number)> _entries = new(
            StringComparer.Ordinal
        );

        public ulong Revision { get; private set; }

        public ulong NumberOf(string key) =>
            _entries.TryGetValue(key, out var entry) ? entry.Number : 0;

        public IEnumerable<string> Entries() =>
            _entries.Select(e => $"{e.Key}={e.Value.Value}@{e.Value.Number}");

        /// <summary>-1 if the commit takes effect, else the condition that fails.</summary>
        public int Apply(Step[] steps)
        {
            var condition = 0;
            foreach (var step in steps.Where(s => s.Kind >= StepKind.RequireRevision))
            {
                if (!Holds(step))
                {
                    return condition;
                }

                condition++;
            }

            Revision++;
            var next = new SortedDictionary<string, (string, ulong)>(
                _entries,
                StringComparer.Ordinal
            );
            foreach (var step in steps)
            {
                Change(next, step);
            }

            _entries = next;
            return -1;
        }

        private void Change(SortedDictionary<string, (string, ulong)> next, Step step)
        {
            var matches = _entries.ContainsKey(step.Key) && NumberOf(step.Key) == step.Number;
            switch (step.Kind)
            {
                case StepKind.Put:
                    next[step.Key] = (step.Value, Revision);
                    _changes.Add((Revision, step.Key));
                    break;
                case StepKind.Delete:
                case StepKind.DeleteIfRevision when matches:
                    next.Remove(step.Key);
                    _changes.Add((Revision, step.Key));
                    break;
                case StepKind.AddEvent:
                    _events.Add(Revision);
                    break;
                case StepKind.EndEvent:
                    _events.Remove(step.Number);
                    break;
                default:
                    break;
            }
        }

        private bool Holds(Step step) =>
            step.Kind switch
            {
                StepKind.RequireRevision => _entries.ContainsKey(step.Key)
                    && NumberOf(step.Key) == step.Number,
                StepKind.RequireAbsent => !_entries.ContainsKey(step.Key),
                StepKind.RequirePresent => _entries.ContainsKey(step.Key),
                StepKind.RequireEvent => _events.Contains(step.Number),
                _ => !_changes.Exists(c =>
                    c.Revision > step.Number
                    && string.CompareOrdinal(c.Key, step.Key) >= 0
                    && string.CompareOrdinal(c.Key, step.Key + "b") < 0
                ),
            };
    }
}
