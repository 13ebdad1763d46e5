using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// Walks the operations of an encoded commit. Never reads outside its bytes and never throws:
/// malformed bytes end the walk and set <see cref="Error"/>.
/// </summary>
public ref struct CommitReader
{
    private readonly int _totalBytes;
    private ReadOnlySpan<byte> _rest;

    internal CommitReader(ReadOnlySpan<byte> operations)
    {
        _rest = operations;
        _totalBytes = operations.Length;
    }

    /// <summary>What is wrong, if the walk ended on malformed bytes.</summary>
    public string? Error { get; private set; }

    /// <summary>The encoded bytes of the operation that was read last.</summary>
    internal ReadOnlySpan<byte> Last { get; private set; }

    /// <summary>Reads the next operation; false at the end or on malformed bytes.</summary>
    /// <param name="operation">The operation.</param>
    public bool TryRead(out CommitOperation operation)
    {
        operation = default;
        if (_rest.IsEmpty || Error is not null)
        {
            return false;
        }

        var at = _totalBytes - _rest.Length;
        var from = _rest;
        var tag = (CommitTag)(_rest[0] & ~Commit.SystemBit);
        var isSystem = (_rest[0] & Commit.SystemBit) != 0;
        _rest = _rest[1..];
        var read = new CommitOperation
        {
            Tag = tag,
            Area = isSystem ? KeyArea.System : KeyArea.Data,
        };
        if ((!isSystem || tag.HasArea()) && ReadFields(tag, ref read))
        {
            operation = read;
            Last = from[..(from.Length - _rest.Length)];
            return true;
        }

        Error = $"commit: malformed operation {(byte)tag} at offset {at}";
        return false;
    }

    private bool ReadFields(CommitTag tag, scoped ref CommitOperation o) =>
        tag switch
        {
            CommitTag.RequireRevision or CommitTag.DeleteIfRevision => Key(ref o) && Number(ref o),
            CommitTag.RequireAbsent or CommitTag.RequirePresent or CommitTag.Delete => Key(ref o),
            CommitTag.RequireRangeUnchanged => Key(ref o) && Value(ref o) && Number(ref o),
            CommitTag.Quota => Quota(ref o),
            CommitTag.DeferredMax => Quota(ref o) && IsReserve(ref o),
            CommitTag.Put => Key(ref o) && Value(ref o),
            CommitTag.PutUntil or CommitTag.PutFor => Key(ref o)
                && Value(ref o)
                && DeadlineMs(ref o)
                && o.DeadlineMs > 0,
            CommitTag.Expire => Key(ref o) && Number(ref o) && DeadlineMs(ref o),
            CommitTag.Event => Event(ref o),
            CommitTag.Accept => Accept(ref o),
            CommitTag.Complete or CommitTag.Sent or CommitTag.Cursor or CommitTag.RequireEvent =>
                Completion(ref o),
            CommitTag.Reschedule => Completion(ref o) && NewDue(ref o) && Value(ref o),
            CommitTag.Bury => Completion(ref o) && Value(ref o),
            _ => false,
        };

    private bool Event(scoped ref CommitOperation o)
    {
        if (_rest.IsEmpty || _rest[0] > (byte)EventCondition.RecordWasAbsent)
        {
            return false;
        }

        o.When = (EventCondition)_rest[0];
        _rest = _rest[1..];
        return Place(ref o)
            && Peer(ref o)
            && Function(ref o)
            && Key(ref o)
            && Condition(ref o)
            && Value(ref o);
    }

    private bool Condition(scoped ref CommitOperation o) =>
        o.When switch
        {
            EventCondition.KeyHadRevision or EventCondition.KeyExpired => Number(ref o),
            EventCondition.RecordWasAbsent => Once(ref o),
            _ => true,
        };

    private bool Once(scoped ref CommitOperation o) =>
        !o.Key.IsEmpty && DeadlineMs(ref o) && o.DeadlineMs > 0 && Fingerprint(ref o);

    private bool Accept(scoped ref CommitOperation o)
    {
        if (
            !AcceptedWhen(ref o)
            || !Place(ref o)
            || !Peer(ref o)
            || o.PeerApp.IsEmpty
            || !Leb128.TryRead(ref _rest, out var revision)
            || !Leb128.TryRead(ref _rest, out var ordinal)
            || ordinal > int.MaxValue
        )
        {
            return false;
        }

        o.Position = o.Position with { Revision = revision, Ordinal = (int)ordinal };
        return Function(ref o)
            && (o.When == EventCondition.Always || (Key(ref o) && Once(ref o)))
            && Value(ref o);
    }

    private bool AcceptedWhen(scoped ref CommitOperation o)
    {
        if (
            _rest.IsEmpty
            || _rest[0] is not ((byte)EventCondition.Always or (byte)EventCondition.RecordWasAbsent)
        )
        {
            return false;
        }

        o.When = (EventCondition)_rest[0];
        _rest = _rest[1..];
        return true;
    }

    private bool Completion(scoped ref CommitOperation o)
    {
        if (
            !Place(ref o)
            || !Leb128.TryRead(ref _rest, out var revision)
            || !Leb128.TryRead(ref _rest, out var ordinal)
            || ordinal > int.MaxValue
        )
        {
            return false;
        }

        o.Position = o.Position with { Revision = revision, Ordinal = (int)ordinal };
        return Function(ref o);
    }

    private bool Place(scoped ref CommitOperation o)
    {
        if (_rest.Length < 2 || _rest[0] is < (byte)EventState.Ready or > (byte)EventState.Delayed)
        {
            return false;
        }

        o.State = (EventState)_rest[0];
        var priority = _rest[1];
        _rest = _rest[2..];
        if (!Leb128.TryRead(ref _rest, out var dueMs) || dueMs > long.MaxValue)
        {
            return false;
        }

        o.Position = new EventPosition((long)dueMs, priority, 0, 0);
        return true;
    }

    private bool Peer(scoped ref CommitOperation o)
    {
        if (!Leb128.TryReadBytes(ref _rest, out var app))
        {
            return false;
        }

        o.PeerApp = app;
        if (app.IsEmpty)
        {
            return true;
        }

        if (!Leb128.TryRead(ref _rest, out var number) || number >= PartitionId.CountMax)
        {
            return false;
        }

        o.PeerPartition = (int)number;
        return true;
    }

    private bool Function(scoped ref CommitOperation o)
    {
        var ok = Leb128.TryReadBytes(ref _rest, out var function);
        o.Function = function;
        return ok;
    }

    private bool Key(scoped ref CommitOperation o)
    {
        var ok = Leb128.TryReadBytes(ref _rest, out var key);
        o.Key = key;
        return ok;
    }

    private bool Value(scoped ref CommitOperation o)
    {
        var ok = Leb128.TryReadBytes(ref _rest, out var value);
        o.Value = value;
        return ok;
    }

    private bool Fingerprint(scoped ref CommitOperation o)
    {
        var ok = Leb128.TryReadBytes(ref _rest, out var fingerprint);
        o.Fingerprint = fingerprint;
        return ok;
    }

    private bool Number(scoped ref CommitOperation o)
    {
        var ok = Leb128.TryRead(ref _rest, out var number);
        o.Number = number;
        return ok;
    }

    private bool Quota(scoped ref CommitOperation o)
    {
        if (!Number(ref o) || !Leb128.TryRead(ref _rest, out var keys))
        {
            return false;
        }

        o.Position = new EventPosition(0, 0, keys, 0);
        return true;
    }

    private bool IsReserve(scoped ref CommitOperation o)
    {
        if (_rest.IsEmpty || _rest[0] > 1)
        {
            return false;
        }

        o.Position = o.Position with { Priority = _rest[0] };
        _rest = _rest[1..];
        return true;
    }

    private bool DeadlineMs(scoped ref CommitOperation o)
    {
        var ok = Leb128.TryRead(ref _rest, out var deadline) && deadline <= long.MaxValue;
        o.DeadlineMs = (long)deadline;
        return ok;
    }

    private bool NewDue(scoped ref CommitOperation o)
    {
        var ok = Leb128.TryRead(ref _rest, out var due) && due <= long.MaxValue;
        o.NewDueMs = (long)due;
        return ok;
    }
}
