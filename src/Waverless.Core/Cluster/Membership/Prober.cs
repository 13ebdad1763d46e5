using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>SWIM's failure detector: direct probes, then indirect ones, then a suspicion.</summary>
internal sealed class Prober(
    MembershipOptions options,
    MemberTable table,
    LocalLife self,
    LocalHealth health,
    Messenger messenger,
    ProbeOrder order,
    IMembershipOutput output
)
{
    private readonly Dictionary<ulong, Probe> _probes = [];
    private readonly Dictionary<ulong, Relay> _relays = [];
    private readonly List<ulong> _ended = [];
    private ulong _sequence;
    private TimeSpan _next;

    /// <summary>Called with what is to be claimed of a node that has not answered.</summary>
    public required Action<TimeSpan, MemberRecord> Failed { get; init; }

    public TimeSpan Due
    {
        get
        {
            var due = _next;
            foreach (var probe in _probes.Values)
            {
                due = probe.Due < due ? probe.Due : due;
            }

            foreach (var relay in _relays.Values)
            {
                due = relay.Due < due ? relay.Due : due;
            }

            return due;
        }
    }

    public void Tick(TimeSpan now)
    {
        EndProbes(now);
        EndRelays(now);
        if (now < _next)
        {
            return;
        }

        _next = now + health.Stretch(options.ProbePeriod);
        if (table.Present == 0)
        {
            // Nobody is left who could show that this node itself is well.
            health.Better();
        }
        else if (order.Next(entry => !IsProbed(entry)) is { } target)
        {
            Begin(now, target.Record);
        }
    }

    /// <summary>Tries a node besides the probes: no consequences if it does not answer.</summary>
    public void Try(MemberRecord target) =>
        messenger.Send(
            target.Profile.Address,
            ClusterMessages.Ping,
            messenger.Compose() with
            {
                Boot = target.Boot,
            },
            target.IfAccused
        );

    /// <summary>
    /// Answers, and tells the sender what is held of it if that is an accusation or another life.
    /// </summary>
    public void OnPing(MembershipMessage ping, MemberRecord? sender) =>
        messenger.Send(
            ping.From.Profile.Address,
            ClusterMessages.Ack,
            messenger.Compose() with
            {
                Sequence = ping.Sequence,
                Boot = self.Record.Boot,
                Subject = self.Record.Profile.Address,
            },
            sender is not null && sender.Boot > ping.From.Boot ? sender : sender?.IfAccused
        );

    public void OnAck(TimeSpan now, MembershipMessage ack)
    {
        if (ack.Subject is not { } subject)
        {
            return;
        }

        if (_relays.Remove(ack.Sequence, out var relay))
        {
            messenger.Send(
                relay.Origin,
                ClusterMessages.Ack,
                messenger.Compose() with
                {
                    Sequence = relay.OriginSequence,
                    Boot = ack.Boot,
                    Subject = subject,
                }
            );
        }
        else if (
            _probes.TryGetValue(ack.Sequence, out var probe)
            && probe.Target.Id == subject.Id
            && probe.Target.Boot == ack.Boot
        )
        {
            _probes.Remove(ack.Sequence);
            health.Better();
            output.Probed(subject.Id, now - probe.SentAt, ack.From.Id == subject.Id);
        }
    }

    public void OnPingRequest(TimeSpan now, MembershipMessage request)
    {
        if (request.Subject is not { } subject || _relays.Count >= options.MembersMax)
        {
            return;
        }

        _relays[++_sequence] = new Relay(
            request.From.Profile.Address,
            request.Sequence,
            now + options.ProbeTimeout
        )
        {
            Ends = now + options.ProbeDeadline,
        };
        table.TryGet(subject.Id, out var entry);
        messenger.Send(
            subject,
            ClusterMessages.Ping,
            messenger.Compose() with
            {
                Sequence = _sequence,
                Boot = request.Boot,
            },
            entry?.Record.IfAccused
        );
    }

    public void OnNack(MembershipMessage nack)
    {
        if (_probes.TryGetValue(nack.Sequence, out var probe) && probe.MissingNacks > 0)
        {
            probe.MissingNacks--;
        }
    }

    private bool IsProbed(MemberEntry entry)
    {
        foreach (var probe in _probes.Values)
        {
            if (probe.Target.Id == entry.Id)
            {
                return true;
            }
        }

        return false;
    }

    private void Begin(TimeSpan now, MemberRecord target)
    {
        var probe = new Probe(++_sequence, target, now)
        {
            IndirectAt = now + health.Stretch(options.ProbeTimeout),
            Deadline = now + health.Stretch(options.ProbeDeadline),
        };
        _probes.Add(probe.Sequence, probe);
        messenger.Send(
            target.Profile.Address,
            ClusterMessages.Ping,
            messenger.Compose() with
            {
                Sequence = probe.Sequence,
                Boot = target.Boot,
            },
            target.IfAccused
        );
    }

    private void EndProbes(TimeSpan now)
    {
        _ended.Clear();
        foreach (var probe in _probes.Values)
        {
            if (now >= probe.Deadline)
            {
                _ended.Add(probe.Sequence);
            }
            else if (!probe.IsIndirect && now >= probe.IndirectAt)
            {
                AskOthers(probe);
            }
        }

        foreach (var sequence in _ended)
        {
            _probes.Remove(sequence, out var probe);
            Fail(now, probe!);
        }
    }

    private void AskOthers(Probe probe)
    {
        probe.IsIndirect = true;
        var others = table.Pick(
            options.IndirectProbes,
            entry => entry.Id != probe.Target.Id && entry.Record.Health == MemberHealth.Alive
        );
        probe.MissingNacks = others.Count;
        foreach (var other in others)
        {
            messenger.Send(
                other.Record.Profile.Address,
                ClusterMessages.PingRequest,
                messenger.Compose() with
                {
                    Sequence = probe.Sequence,
                    Boot = probe.Target.Boot,
                    Subject = probe.Target.Profile.Address,
                },
                other.Record.IfAccused
            );
        }
    }

    /// <summary>
    /// Silence of the node and of all who were asked says as much of this node as of the other.
    /// </summary>
    private void Fail(TimeSpan now, Probe probe)
    {
        if (
            !table.TryGet(probe.Target.Id, out var entry)
            || entry.Record.Boot != probe.Target.Boot
            || entry.Record.Incarnation != probe.Target.Incarnation
            || !entry.IsPresent
        )
        {
            // It was counted out, or has been heard to object since the probe was sent.
            return;
        }

        health.Worse(probe.IsIndirect && table.Present > 1 ? probe.MissingNacks : 1);
        Failed(now, entry.Record with { Health = MemberHealth.Suspect, By = self.Id });
    }

    private void EndRelays(TimeSpan now)
    {
        _ended.Clear();
        foreach (var (sequence, relay) in _relays)
        {
            if (now >= relay.Due)
            {
                _ended.Add(sequence);
            }
        }

        foreach (var sequence in _ended)
        {
            var relay = _relays[sequence];
            if (relay.IsNacked)
            {
                _relays.Remove(sequence);
                continue;
            }

            _relays[sequence] = relay with { IsNacked = true };
            messenger.Send(
                relay.Origin,
                ClusterMessages.Nack,
                messenger.Compose() with
                {
                    Sequence = relay.OriginSequence,
                }
            );
        }
    }
}
