using Waverless.Apps;
using Waverless.Apps.Reading;
using Waverless.Events;
using Waverless.Timers;

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
    private readonly List<(KeyTriggerKind Kind, KeyTemplate Template)> _templates = [];
    private readonly List<NeededService> _needs = [];
    private readonly List<FunctionAddress> _sends = [];
    private readonly List<KeyPatternGrant> _grants = [];
    private readonly FunctionAddress _address;
    private FunctionLimits _limits = FunctionLimits.Default;
    private CommitMode? _commit;
    private IsolationMode _isolation;
    private FunctionTimer? _timer;
    private bool _rpc;
    private bool _messages;
    private FunctionRetry _retry = FunctionRetry.Default;
    private FunctionBatch? _batch;
    private PoisonPolicy _onPoison;
    private bool _valueAtEvent;

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

    /// <summary>
    /// A message that is enqueued by the function's address starts it; its payload is the message.
    /// </summary>
    public FunctionBuilder OnMessage()
    {
        _messages = true;
        return this;
    }

    /// <summary>A timer starts it, again and again.</summary>
    /// <param name="schedule">
    /// An interval of 100 ms to 366 days, such as <c>30s</c> or <c>5m</c>, or a cron expression of
    /// five or six fields, such as <c>0 3 * * *</c>.
    /// </param>
    /// <param name="zone">IANA name of the zone of a cron expression. Default: UTC.</param>
    /// <param name="misfire">What becomes of moments that have passed. Default: the last runs.</param>
    /// <param name="mayOverlap">
    /// Whether a run may begin before the one for an earlier moment has ended. Default: it waits.
    /// </param>
    public FunctionBuilder Timer(
        string schedule,
        string zone = CronSyntax.Utc,
        MisfirePolicy misfire = MisfirePolicy.Last,
        bool mayOverlap = false
    )
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(zone);
        if (!CronSyntax.TryFindZone(zone, out _, out var reason))
        {
            throw Bad(reason);
        }

        if (!Enum.IsDefined(misfire))
        {
            throw Bad($"'{misfire}' is not a misfire policy; expected Last, Skip or All.");
        }

        var timer =
            TimerSyntax.Parse(schedule, zone)
            ?? throw Bad($"The timer '{schedule}' is not one; expected {TimerSyntax.Expected}.");
        return Timer(timer with { Misfire = misfire, MayOverlap = mayOverlap });
    }

    /// <summary>A timer starts it, with a time zone, misfire policy or overlap of its own.</summary>
    /// <param name="timer">When.</param>
    public FunctionBuilder Timer(FunctionTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        if (_timer is not null)
        {
            throw Bad("It has two timers; expected one.");
        }

        _timer = timer;
        return this;
    }

    /// <summary>
    /// Every write of a key starts it; its payload is the key. A placeholder with a name, such as
    /// <c>orders_{id}</c>, is bound to the parameter of that name.
    /// </summary>
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

    /// <summary>It may send messages to another function; the graph shows it.</summary>
    /// <param name="function">Its address, or its name if it belongs to the same app.</param>
    public FunctionBuilder Sends(string function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var address = function.Contains('/', StringComparison.Ordinal)
            ? function
            : $"{_address.App}/{function}";
        if (!FunctionAddress.TryParse(address, out var target))
        {
            throw Bad(
                $"It sends to '{function}', which is no function; expected 'app/function', or the "
                    + "name of a function of the same app."
            );
        }

        if (!_sends.Contains(target))
        {
            _sends.Add(target);
        }

        return this;
    }

    /// <summary>
    /// A service that it takes from its scope: if it is not registered, the node does not start.
    /// </summary>
    /// <typeparam name="T">The service.</typeparam>
    /// <param name="key">The key that it is registered under. Default: none.</param>
    public FunctionBuilder Needs<T>(object? key = null)
        where T : notnull
    {
        _needs.Add(new NeededService(typeof(T), key));
        return this;
    }

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

    /// <summary>What others may change between its reads and its commit.</summary>
    /// <param name="mode">
    /// Default: serializable, nothing that it has read. Snapshot: anything but the keys that it
    /// writes itself.
    /// </param>
    public FunctionBuilder Isolation(IsolationMode mode)
    {
        if (!Enum.IsDefined(mode))
        {
            throw Bad($"'{mode}' is not an isolation mode; expected Serializable or Snapshot.");
        }

        _isolation = mode;
        return this;
    }

    /// <summary>How failed events are tried again.</summary>
    /// <param name="attempts">1 to 100, the first included. Default: as the node does, 5.</param>
    /// <param name="first">Longest pause before the second attempt. Default: 100 ms.</param>
    /// <param name="longest">Longest pause before any attempt. Default: 30 s.</param>
    /// <param name="jitter">How much of a pause is left to chance. Default: half of it.</param>
    public FunctionBuilder Retry(
        int? attempts = null,
        TimeSpan? first = null,
        TimeSpan? longest = null,
        RetryJitter? jitter = null
    )
    {
        _retry = _retry with { Always = Rule(attempts, first, longest, jitter) };
        return this;
    }

    /// <summary>How events are tried again that failed in one way; 1 attempt: never.</summary>
    /// <param name="error">Which failures.</param>
    /// <param name="attempts">1 to 100, the first included. Default: as for all failures.</param>
    /// <param name="first">Longest pause before the second attempt. Default: as for all.</param>
    /// <param name="longest">Longest pause before any attempt. Default: as for all.</param>
    public FunctionBuilder RetryOn(
        ErrorClass error,
        int? attempts = null,
        TimeSpan? first = null,
        TimeSpan? longest = null
    )
    {
        if (error is < ErrorClass.Failed or > ErrorClass.BadPayload)
        {
            throw Bad($"Failures of the class '{error}' are not tried again; expected another.");
        }

        _retry = _retry with
        {
            On = _retry.On.SetItem(error, Rule(attempts, first, longest, null)),
        };
        return this;
    }

    /// <summary>What becomes of an event that is out of attempts.</summary>
    /// <param name="policy">Default: a dead letter.</param>
    public FunctionBuilder OnPoison(PoisonPolicy policy)
    {
        if (!Enum.IsDefined(policy))
        {
            throw Bad($"'{policy}' is not a policy; expected DeadLetter or Park.");
        }

        _onPoison = policy;
        return this;
    }

    /// <summary>
    /// Several events start it at once: as many as there are when the first has waited long
    /// enough, or as many as a window holds. It takes them as a list of FunctionEvent.
    /// </summary>
    /// <param name="events">Most events of one invocation: 1 to 1,000.</param>
    /// <param name="within">How long the first waits for company: 0 to 1 min.</param>
    public FunctionBuilder Batch(int events, TimeSpan within)
    {
        CheckRange("batch", events, 1, FunctionBatch.EventsMax);
        if (within < TimeSpan.Zero || within > FunctionBatch.WithinMax)
        {
            throw Bad($"Its window of {within} is out of range; expected 0 s to 1 min.");
        }

        _batch = events > 1 ? new FunctionBatch(events, within) : null;
        return this;
    }

    /// <summary>
    /// Key events carry the value as it was, up to 16 KiB; those of deletes the value that went.
    /// </summary>
    public FunctionBuilder ValueAtEvent()
    {
        _valueAtEvent = true;
        return this;
    }

    internal FunctionManifest Build() => Declare().Manifest;

    internal FunctionDeclaration Declare()
    {
        var isStarted = _http.Count > 0 || _triggers.Count > 0 || _timer is not null;
        if (!isStarted && !_rpc && !_messages)
        {
            Get().Post().Rpc();
        }

        var manifest = new FunctionManifest
        {
            Name = _address.Function,
            Http = [.. _http],
            Rpc = _rpc,
            Messages = _messages,
            Timer = _timer,
            Triggers = [.. _triggers],
            Kvs = [.. _grants],
            Sends = [.. _sends],
            Limits = _limits,
            Commit = _commit,
            Isolation = _isolation,
            Retry = _retry,
            Batch = _batch,
            OnPoison = _onPoison,
            ValueAtEvent = _valueAtEvent,
        };
        var placeholders = new KeyPlaceholders([.. _templates]);
        return new FunctionDeclaration(_address, manifest, placeholders, [.. _needs]);
    }

    private static string Verbs => string.Join(", ", Enum.GetNames<HttpVerb>());

    private FunctionBuilder On(KeyTriggerKind kind, string pattern)
    {
        var template = Parse(pattern);
        var trigger = new KeyTrigger(kind, template.Pattern);
        if (!_triggers.Contains(trigger))
        {
            _triggers.Add(trigger);
        }

        _templates.Add((kind, template));

        return this;
    }

    private FunctionBuilder Grant(string pattern, KeyOperations operation)
    {
        var parsed = Parse(pattern).Pattern;
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

    private RetryRule Rule(int? attempts, TimeSpan? first, TimeSpan? longest, RetryJitter? jitter)
    {
        CheckRange("number of attempts", attempts ?? 1, 1, RetryRule.AttemptsMost);
        CheckPause(first);
        CheckPause(longest);
        return new RetryRule
        {
            Attempts = attempts,
            First = first,
            Longest = longest,
            Jitter = jitter,
        };
    }

    private void CheckPause(TimeSpan? pause)
    {
        if (pause < RetryRule.PauseMin || pause > RetryRule.PauseMax)
        {
            throw Bad($"The pause {pause} is out of range; expected 1 ms to 24 h.");
        }
    }

    private KeyTemplate Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return KeyTemplate.TryParse(pattern, out var parsed, out var reason)
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
