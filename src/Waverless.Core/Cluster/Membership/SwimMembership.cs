using System.Buffers;
using Microsoft.Extensions.Logging;
using Waverless.Concurrency;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>
/// Runs the protocol on a node's clock, scheduler and transport, and shows what it finds.
/// </summary>
internal sealed class SwimMembership : IMembership, IMembershipOutput, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SwimParts _parts;
    private readonly MembershipProtocol _protocol;
    private readonly MembershipMetrics _metrics;
    private readonly MembershipPosts _posts;
    private readonly ILogger _log;
    private readonly long _start;
    private readonly DateTimeOffset _startedAt;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _goodbye = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly List<(NodeAddress To, ushort Kind, byte[] Message)> _outgoing = [];
    private TaskCompletionSource _next = NewSignal();
    private MembershipView? _view;
    private ulong _epoch = 1;
    private TimeSpan _armed = TimeSpan.MaxValue;
    private bool _isTelling;
    private bool _isStarted;
    private bool _isDisposed;

    public SwimMembership(SwimParts parts)
    {
        _parts = parts;
        _log = parts.Loggers.CreateLogger<SwimMembership>();
        _start = parts.Time.GetTimestamp();
        _startedAt = parts.Time.GetUtcNow();
        _posts = new MembershipPosts(parts.Transport, parts.Options.PostsMax, parts.Scheduler);
        _metrics = new MembershipMetrics(parts.Meters);
        _protocol = new MembershipProtocol(
            parts.Options,
            parts.Boot,
            parts.Profile,
            parts.Seeds,
            parts.Random,
            this
        );
        _timer = parts.Time.CreateTimer(
            static state => ((SwimMembership)state!).Wake(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _metrics.Observe(this, _posts);
    }

    public event Action<MembershipView>? Changed;

    public Member Local
    {
        get
        {
            lock (_gate)
            {
                return View(_protocol.Self, TimeSpan.Zero);
            }
        }
    }

    public MembershipView Current => Volatile.Read(ref _view) ?? Build();

    public bool IsReplaced
    {
        get
        {
            lock (_gate)
            {
                return _protocol.IsReplaced;
            }
        }
    }

    /// <summary>0: this node sees the others well; 8: it is likely slow itself.</summary>
    public int HealthScore
    {
        get
        {
            lock (_gate)
            {
                return _protocol.HealthScore;
            }
        }
    }

    private TimeSpan Now => _parts.Time.GetElapsedTime(_start);

    /// <summary>Begins to take part; the transport listens already.</summary>
    public void Start() =>
        Run(now =>
        {
            _isStarted = true;
            _protocol.Start(now);
        });

    /// <summary>Takes a message of the kinds of the membership.</summary>
    public ValueTask OnPostAsync(NodeId from, TransportMessage message)
    {
        if (message.Body.IsSingleSegment)
        {
            Receive(from, message.Kind, message.Body.FirstSpan);
        }
        else
        {
            Receive(from, message.Kind, message.Body.ToArray());
        }

        return default;
    }

    public Task NextChangeAsync(ulong after)
    {
        lock (_gate)
        {
            return _epoch > after ? Task.CompletedTask : _next.Task;
        }
    }

    public async Task<MembershipView> NextAsync(ulong after, CancellationToken ct)
    {
        while (Current is var view && view.Epoch <= after)
        {
            await NextChangeAsync(after).OrCancelledAsync(ct);
        }

        return Current;
    }

    public void Report(ReadOnlyMemory<byte> load)
    {
        if (load.Length > LoadReport.BytesMax)
        {
            throw new ArgumentException(
                $"A load report has {load.Length} bytes; at most {LoadReport.BytesMax} are allowed.",
                nameof(load)
            );
        }

        Run(_ => _protocol.Report(load));
    }

    public LoadReport? LoadOf(NodeId node)
    {
        lock (_gate)
        {
            if (node == _protocol.Self.Id)
            {
                return _protocol.Load;
            }

            var entry = _protocol.Find(node);
            return entry?.Load is { } load && load.Boot == entry.Record.Boot ? load : null;
        }
    }

    public void BeginLeave() =>
        Run(_ =>
        {
            if (!_protocol.Self.Profile.IsLeaving)
            {
                _protocol.Change(_protocol.Self.Profile with { IsLeaving = true });
            }
        });

    public async Task LeaveAsync(CancellationToken ct)
    {
        Run(now => _protocol.Leave(now));
        try
        {
            await _goodbye.Task.WithinAsync(_parts.Options.LeaveTimeout, _parts.Time, ct);
        }
        catch (TimeoutException)
        {
            MembershipLog.GoodbyeUnheard(_log, _parts.Options.LeaveTimeout);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        _metrics.Dispose();
        return _timer.DisposeAsync();
    }

    void IMembershipOutput.Send(NodeAddress to, ushort kind, byte[] message) =>
        _outgoing.Add((to, kind, message));

    void IMembershipOutput.Changed(MemberRecord? before, MemberRecord after, string why)
    {
        if (before is null || before.State != after.State || before.Boot != after.Boot)
        {
            MembershipLog.Changed(
                _log,
                after.Profile.Address,
                before?.State.ToString() ?? "unknown",
                after.State,
                after.Boot,
                after.Incarnation,
                why
            );
            _metrics.Changed(after.State);
        }
        else if (before.Profile == after.Profile)
        {
            // The same node in the same state: nobody else's business.
            return;
        }

        NoteChange();
    }

    void IMembershipOutput.Forgotten(MemberRecord member)
    {
        MembershipLog.Forgotten(_log, member.Profile.Address, member.State);
        NoteChange();
    }

    void IMembershipOutput.Refuted(MemberRecord member, TimeSpan after) => _metrics.Refuted(after);

    void IMembershipOutput.Probed(NodeId node, TimeSpan after, bool isDirect) =>
        _metrics.Probed(after, isDirect);

    void IMembershipOutput.Objected(MemberRecord accusation)
    {
        MembershipLog.Objected(_log, accusation.By, accusation.State, accusation.Incarnation);
        _metrics.Objected();
    }

    void IMembershipOutput.Replaced(MemberRecord by)
    {
        MembershipLog.Replaced(_log, by.Id, by.Profile.Address, by.Boot, _protocol.Self.Boot);
        NoteChange();
    }

    void IMembershipOutput.Malformed(NodeId from, string what)
    {
        MembershipLog.Malformed(_log, from, what);
        _metrics.Malformed();
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Receive(NodeId from, ushort kind, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (!_isStarted || _isDisposed)
            {
                return;
            }

            _protocol.Receive(Now, from, kind, bytes);
            Settle();
        }
    }

    private void Run(Action<TimeSpan> action)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                action(Now);
                Settle();
            }
        }
    }

    private void Wake() =>
        _ = Task.Factory.StartNew(
            static state =>
            {
                var self = (SwimMembership)state!;
                self.Run(now =>
                {
                    self._armed = TimeSpan.MaxValue;
                    self._protocol.Tick(now);
                });
            },
            this,
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            _parts.Scheduler
        );

    /// <summary>Sends what is to be sent, and sees to it that the protocol is woken in time.</summary>
    private void Settle()
    {
        foreach (var (to, kind, message) in _outgoing)
        {
            _metrics.Sent(message.Length);
            _posts.Post(to, kind, message);
        }

        _outgoing.Clear();
        if (_protocol.IsGoodbyeHeard)
        {
            _goodbye.TrySetResult();
        }

        var due = _isStarted ? _protocol.Due : TimeSpan.MaxValue;
        if (due < _armed)
        {
            _armed = due;
            var wait = due - Now;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void NoteChange()
    {
        _epoch++;
        Volatile.Write(ref _view, null);
        var next = _next;
        _next = NewSignal();
        next.TrySetResult();
        if (Changed is not null && !_isTelling)
        {
            _isTelling = true;
            _ = Task.Factory.StartNew(
                Tell,
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                _parts.Scheduler
            );
        }
    }

    private void Tell()
    {
        lock (_gate)
        {
            _isTelling = false;
        }

        try
        {
            Changed?.Invoke(Current);
        }
        catch (Exception failure)
        {
            MembershipLog.ListenerFailed(_log, failure);
        }
    }

    private MembershipView Build()
    {
        lock (_gate)
        {
            if (_view is { } built)
            {
                return built;
            }

            var members = new List<Member>(_protocol.Others.Count + 1)
            {
                View(_protocol.Self, TimeSpan.Zero),
            };
            foreach (var entry in _protocol.Others)
            {
                members.Add(View(entry.Record, entry.Since));
            }

            members.Sort(static (one, other) => one.Id.Value.CompareTo(other.Id.Value));
            var view = new MembershipView(_epoch, [.. members]);
            Volatile.Write(ref _view, view);
            return view;
        }
    }

    private Member View(MemberRecord record, TimeSpan since) =>
        new(record.State, record.Boot, record.Incarnation, record.Profile, _startedAt + since);
}
