using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>
/// Declares what starts a .NET function and what it may use, as a manifest does for others.
/// When nothing is said about what starts it, HTTP GET and POST and calls by other functions do.
/// Not thread-safe. Every method throws <see cref="ArgumentException"/> for what is not legal,
/// naming the function and what was expected.
/// </summary>
public sealed class FunctionBuilder
{
    private readonly List<HttpTrigger> _http = [];
    private readonly List<KeyTrigger> _triggers = [];
    private readonly List<KeyPatternGrant> _grants = [];
    private readonly FunctionAddress _address;
    private FunctionLimits _limits = FunctionLimits.Default;
    private CommitMode? _commit;
    private bool _rpc;

    internal FunctionBuilder(FunctionAddress address) => _address = address;

    /// <summary>HTTP GET starts it; its payload is the raw query string.</summary>
    public FunctionBuilder Get() => Http(HttpVerb.Get);

    /// <summary>HTTP POST starts it; its payload is the body.</summary>
    public FunctionBuilder Post() => Http(HttpVerb.Post);

    /// <summary>An HTTP method starts it.</summary>
    /// <param name="verb">The method; said twice it counts once.</param>
    public FunctionBuilder Http(HttpVerb verb)
    {
        if (!Enum.IsDefined(verb))
        {
            throw Bad($"'{verb}' is not an HTTP method; expected one of {Verbs}.");
        }

        if (!_http.Exists(known => known.Verb == verb))
        {
            _http.Add(new HttpTrigger(verb, CallKind.Indirect));
        }

        return this;
    }

    /// <summary>Other functions may call it.</summary>
    public FunctionBuilder Rpc()
    {
        _rpc = true;
        return this;
    }

    /// <summary>Every write of a key starts it; its payload is the key.</summary>
    /// <param name="pattern">Which keys, such as <c>orders_{}</c>.</param>
    public FunctionBuilder OnSet(string pattern) => On(KeyTriggerKind.Set, pattern);

    /// <summary>The write of a key that was absent starts it; its payload is the key.</summary>
    /// <param name="pattern">Which keys, such as <c>orders_{}</c>.</param>
    public FunctionBuilder OnNew(string pattern) => On(KeyTriggerKind.New, pattern);

    /// <summary>The removal of a key starts it; its payload is the key.</summary>
    /// <param name="pattern">Which keys, such as <c>orders_{}</c>.</param>
    public FunctionBuilder OnDelete(string pattern) => On(KeyTriggerKind.Delete, pattern);

    /// <summary>It may read and scan keys.</summary>
    /// <param name="pattern">Which keys; <c>@app/pattern</c> for those that an app shares.</param>
    public FunctionBuilder Reads(string pattern) => Grant(pattern, KeyOperations.Get);

    /// <summary>It may write and lock keys.</summary>
    /// <param name="pattern">Which keys; <c>@app/pattern</c> for those that an app shares.</param>
    public FunctionBuilder Writes(string pattern) => Grant(pattern, KeyOperations.Set);

    /// <summary>It may delete keys.</summary>
    /// <param name="pattern">Which keys; <c>@app/pattern</c> for those that an app shares.</param>
    public FunctionBuilder Deletes(string pattern) => Grant(pattern, KeyOperations.Delete);

    /// <summary>Longest run of one invocation.</summary>
    /// <param name="timeout">1 ms to 24 h. Default: 30 s.</param>
    public FunctionBuilder Timeout(TimeSpan timeout)
    {
        if (timeout < FunctionLimits.TimeoutMin || timeout > FunctionLimits.TimeoutMax)
        {
            throw Bad($"The timeout {timeout} is out of range; expected 1 ms to 24 h.");
        }

        _limits = _limits with { Timeout = timeout };
        return this;
    }

    /// <summary>Invocations that run at once.</summary>
    /// <param name="invocations">1 to 65,536. Default: 256.</param>
    public FunctionBuilder Concurrency(int invocations)
    {
        CheckRange("concurrency", invocations, 1, FunctionLimits.ConcurrencyMax);
        _limits = _limits with { Concurrency = invocations };
        return this;
    }

    /// <summary>Invocations that wait for their turn.</summary>
    /// <param name="invocations">0 (none waits) to 1,048,576. Default: 1,024.</param>
    public FunctionBuilder Queue(int invocations)
    {
        CheckRange("queue", invocations, 0, FunctionLimits.QueueMax);
        _limits = _limits with { Queue = invocations };
        return this;
    }

    /// <summary>Largest payload.</summary>
    /// <param name="bytes">0 to 1 GiB. Default: 16 MiB.</param>
    public FunctionBuilder Body(long bytes)
    {
        CheckRange("body", bytes, 0, FunctionLimits.BodyMax);
        _limits = _limits with { Body = bytes };
        return this;
    }

    /// <summary>When its writes commit.</summary>
    /// <param name="mode">Default: atomic, all at once when it returns.</param>
    public FunctionBuilder Commit(CommitMode mode)
    {
        if (!Enum.IsDefined(mode))
        {
            throw Bad($"'{mode}' is not a commit mode; expected Atomic or Immediate.");
        }

        _commit = mode;
        return this;
    }

    internal FunctionManifest Build()
    {
        if (_http.Count == 0 && _triggers.Count == 0 && !_rpc)
        {
            Get().Post().Rpc();
        }

        return new FunctionManifest
        {
            Name = _address.Function,
            Http = [.. _http],
            Rpc = _rpc,
            Triggers = [.. _triggers],
            Kvs = [.. _grants],
            Limits = _limits,
            Commit = _commit,
        };
    }

    private static string Verbs => string.Join(", ", Enum.GetNames<HttpVerb>());

    private FunctionBuilder On(KeyTriggerKind kind, string pattern)
    {
        var trigger = new KeyTrigger(kind, Parse(pattern));
        if (!_triggers.Contains(trigger))
        {
            _triggers.Add(trigger);
        }

        return this;
    }

    private FunctionBuilder Grant(string pattern, KeyOperations operation)
    {
        var parsed = Parse(pattern);
        var known = _grants.FindIndex(grant => grant.Pattern.Equals(parsed));
        if (known < 0)
        {
            _grants.Add(new KeyPatternGrant(parsed, operation));
        }
        else
        {
            _grants[known] = _grants[known] with
            {
                Operations = _grants[known].Operations | operation,
            };
        }

        return this;
    }

    private KeyPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return KeyPattern.TryParse(pattern, out var parsed, out var reason)
            ? parsed
            : throw Bad(
                $"The key pattern '{pattern}' {reason}; expected a pattern such as 'orders_{{}}'."
            );
    }

    private void CheckRange(string what, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            throw Bad($"Its {what} {value} is out of range; expected {min} to {max}.");
        }
    }

    private ArgumentException Bad(string reason) =>
        new($"The function '{_address}' cannot be added. {reason}");
}
