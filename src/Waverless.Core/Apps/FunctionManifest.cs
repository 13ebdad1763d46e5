using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>What an app declares about one function. Immutable.</summary>
public sealed record FunctionManifest
{
    /// <summary>The function's name within its app.</summary>
    public required string Name { get; init; }

    /// <summary>The manifest line of the declaration, from 1; 0 when declared in code.</summary>
    public int Line { get; init; }

    /// <summary>The HTTP methods that call it, each at most once. Default: none.</summary>
    public ImmutableArray<HttpTrigger> Http { get; init; } = [];

    /// <summary>Whether other functions may call it.</summary>
    public bool Rpc { get; init; }

    /// <summary>Whether it is a queue: messages enqueued by its address start it.</summary>
    public bool Messages { get; init; }

    /// <summary>The functions that it may send messages to. Default: none.</summary>
    public ImmutableArray<FunctionAddress> Sends { get; init; } = [];

    /// <summary>The keys that it may use, in the order that <c>kv_set: N</c> counts.</summary>
    public ImmutableArray<KeyPatternGrant> Kvs { get; init; } = [];

    /// <summary>The key events that start it.</summary>
    public ImmutableArray<KeyTrigger> Triggers { get; init; } = [];

    /// <summary>When it runs by itself; null: never.</summary>
    public FunctionTimer? Timer { get; init; }

    /// <summary>On which nodes it may run. Default: any worker.</summary>
    public FunctionAffinity Affinity { get; init; } = FunctionAffinity.Anywhere;

    /// <summary>What it may use, with the app's limits already applied.</summary>
    public FunctionLimits Limits { get; init; } = FunctionLimits.Default;

    /// <summary>What an invocation runs in. Default: a fresh sandbox.</summary>
    public InstanceMode Instance { get; init; } = InstanceMode.Fresh;

    /// <summary>
    /// Whether a call may be run again that may have taken effect already: when the node that ran
    /// it is lost, another one runs it. Default: no.
    /// </summary>
    public bool Idempotent { get; init; }

    /// <summary>When its writes commit; null: as its runtime does by default.</summary>
    public CommitMode? Commit { get; init; }

    /// <summary>What it is told of writes beside it. Default: serializable.</summary>
    public IsolationMode Isolation { get; init; } = IsolationMode.Serializable;

    /// <summary>Where a request's partition comes from; null: partition 0.</summary>
    public PartitionHome? Home { get; init; }

    /// <summary>Whether an event carries the value as it was (<c>value: at_event</c>).</summary>
    public bool ValueAtEvent { get; init; }

    /// <summary>What becomes of an event out of attempts. Default: a dead letter.</summary>
    public PoisonPolicy OnPoison { get; init; } = PoisonPolicy.DeadLetter;

    /// <summary>How failed events are tried again. Default: as the node does.</summary>
    public FunctionRetry Retry { get; init; } = FunctionRetry.Default;

    /// <summary>Events that start it together; null: each starts it alone.</summary>
    public FunctionBatch? Batch { get; init; }

    /// <summary>Environment variables that the guest sees, the app's included.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = Nothing;

    /// <summary>Settings that the function can ask for, the app's included.</summary>
    public ImmutableSortedDictionary<string, string> Config { get; init; } = Nothing;

    /// <summary>Hosts that it may call: <c>name</c>, <c>*.name</c>, either with a port.</summary>
    public ImmutableArray<string> HttpOut { get; init; } = [];

    internal static ImmutableSortedDictionary<string, string> Nothing { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Finds how an HTTP method calls the function; null: it does not.</summary>
    /// <param name="method">As in the request line; case does not matter.</param>
    public HttpTrigger? FindHttp(string method)
    {
        foreach (var trigger in Http)
        {
            if (string.Equals(trigger.Method, method, StringComparison.OrdinalIgnoreCase))
            {
                return trigger;
            }
        }

        return null;
    }
}
