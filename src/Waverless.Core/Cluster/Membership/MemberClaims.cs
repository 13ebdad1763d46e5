namespace Waverless.Cluster.Membership;

/// <summary>Takes in what is claimed of nodes, and decides what holds.</summary>
internal sealed class MemberClaims(
    MembershipOptions options,
    MemberTable table,
    LocalLife self,
    LocalHealth health,
    Messenger messenger,
    ProbeOrder order,
    Random random,
    IMembershipOutput output
)
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private readonly List<MemberEntry> _suspects = [];

    /// <summary>Nodes that were ignored because the view was full.</summary>
    public long Ignored { get; private set; }

    /// <summary>Called for a node that may be there although it counts as gone.</summary>
    public Action<TimeSpan, MemberEntry>? TryAgain { get; set; }

    /// <summary>Takes in a claim.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="claim">What is claimed.</param>
    /// <param name="accuses">
    /// Whether its sender may accuse others: those who are out themselves see everybody out.
    /// </param>
    /// <param name="why">How it came, for the log.</param>
    public void Take(TimeSpan now, MemberRecord claim, bool accuses, string why)
    {
        if (claim.Id == self.Id)
        {
            TakeOfSelf(claim);
        }
        else if (!table.TryGet(claim.Id, out var entry))
        {
            Meet(now, claim, why);
        }
        else if (!accuses && claim.Health is MemberHealth.Suspect or MemberHealth.Out)
        {
            NoteSign(now, entry, claim);
        }
        else if (claim.Overrides(entry.Record))
        {
            Apply(now, entry, claim, why);
        }
        else
        {
            NoteSign(now, entry, claim);
            Share(entry, claim);
        }
    }

    /// <summary>Counts out whoever has not objected to its suspicion in time.</summary>
    public void EndSuspicions(TimeSpan now)
    {
        for (var i = _suspects.Count - 1; i >= 0; i--)
        {
            var entry = _suspects[i];
            if (entry.Suspicion!.Ends <= now)
            {
                var gone = entry.Record with { Health = MemberHealth.Out, By = self.Id };
                Apply(now, entry, gone, "it has not objected to its suspicion");
            }
        }
    }

    /// <summary>When the next suspicion ends.</summary>
    public TimeSpan Due
    {
        get
        {
            var due = TimeSpan.MaxValue;
            foreach (var entry in _suspects)
            {
                due = entry.Suspicion!.Ends is var ends && ends < due ? ends : due;
            }

            return due;
        }
    }

    /// <summary>Tells everybody what this node says of itself now.</summary>
    public void Announce() => messenger.News.Add(self.Id, self.Record);

    private void TakeOfSelf(MemberRecord claim)
    {
        var record = self.Record;
        if (self.HasLeft || claim.Boot < record.Boot)
        {
            return;
        }

        if (claim.Boot > record.Boot)
        {
            if (!LifeConflict.IsOver(claim, record))
            {
                self.Yield();
                output.Replaced(claim);
                return;
            }

            self.Outbid(claim.Boot);
        }
        else if (claim.Overrides(record))
        {
            self.Object(claim);
            health.Worse();
            output.Objected(claim);
        }
        else
        {
            return;
        }

        output.Changed(record, self.Record, "this node objects");
        Announce();
    }

    private void Meet(TimeSpan now, MemberRecord claim, string why)
    {
        if (table.Count + 1 >= options.MembersMax)
        {
            Ignored++;
            return;
        }

        var entry = new MemberEntry(claim, now);
        table.Add(entry);
        Suspect(now, entry, claim);
        if (claim.IsPresent)
        {
            order.Add(claim.Id);
            messenger.News.Add(claim.Id, claim);
        }

        output.Changed(null, claim, why);
    }

    private void Apply(TimeSpan now, MemberEntry entry, MemberRecord claim, string why)
    {
        var before = entry.Record;
        table.Set(entry, claim);
        if (entry.Suspicion is { } ended && claim.Health == MemberHealth.Alive)
        {
            output.Refuted(claim, now - ended.Since);
        }

        if (before.State != claim.State || before.Boot != claim.Boot)
        {
            entry.Since = now;
        }

        Suspect(now, entry, claim);
        messenger.News.Add(claim.Id, claim);
        output.Changed(before, claim, why);
    }

    private void Suspect(TimeSpan now, MemberEntry entry, MemberRecord claim)
    {
        if (entry.Suspicion is not null)
        {
            entry.Suspicion = null;
            _suspects.Remove(entry);
        }

        if (claim.Health != MemberHealth.Suspect)
        {
            return;
        }

        _suspects.Add(entry);

        var sharers = Math.Min(options.SuspicionSharers, table.Present - 1);
        var scale = Math.Max(1, Math.Log10(table.Count + 1) / Math.Log10(51));
        entry.Suspicion = new Suspicion(
            now,
            options.SuspicionLow * scale,
            options.SuspicionHigh * scale,
            sharers
        );
        entry.Suspicion.Share(claim.By);

        // Enough others check at once for the suspicion to be shared or refuted soon.
        if (claim.By != self.Id && random.Next(table.Count) < 2 * options.SuspicionSharers)
        {
            order.Hurry(entry.Id);
        }
    }

    private void Share(MemberEntry entry, MemberRecord claim)
    {
        if (
            claim.Health == MemberHealth.Suspect
            && entry.Suspicion is { } suspicion
            && claim.IsSameMoment(entry.Record)
            && suspicion.Share(claim.By)
        )
        {
            messenger.News.Add(claim.Id, claim);
        }
    }

    /// <summary>Somebody believes in a node that we count out: worth a try.</summary>
    private void NoteSign(TimeSpan now, MemberEntry entry, MemberRecord claim)
    {
        if (
            entry.Record.Health == MemberHealth.Out
            && claim.IsPresent
            && claim.IsSameMoment(entry.Record)
            && entry.TryAfter <= now
        )
        {
            entry.TryAfter = now + TryAgainAfter;
            TryAgain?.Invoke(now, entry);
        }
    }
}
