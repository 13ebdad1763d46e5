namespace Waverless.Messaging.Memory;

/// <summary>One direction between two nodes. Used under the network's lock.</summary>
internal sealed class MemoryLink
{
    private TimeSpan _freeAt;
    private TimeSpan _lastPost;

    /// <summary>Null: those of the network.</summary>
    public LinkFaults? Faults { get; set; }

    /// <summary>Cut apart from its other faults.</summary>
    public bool IsCut { get; set; }

    public static bool Happens(double chance, Random random) =>
        chance > 0 && random.NextDouble() < chance;

    public bool Loses(LinkFaults faults, Random random) =>
        IsCut || faults.IsCut || Happens(faults.Drop, random);

    /// <summary>When a message that leaves now arrives.</summary>
    public TimeSpan Arrival(LinkFaults faults, TimeSpan now, int bytes, Random random)
    {
        if (faults.BytesPerSecond > 0)
        {
            _freeAt =
                (_freeAt > now ? _freeAt : now)
                + TimeSpan.FromSeconds(bytes / faults.BytesPerSecond);
            now = _freeAt;
        }

        var delay = faults.DelayLow;
        if (faults.DelayHigh > faults.DelayLow)
        {
            delay += (faults.DelayHigh - faults.DelayLow) * random.NextDouble();
        }

        return now + delay + (Happens(faults.StallChance, random) ? faults.Stall : default);
    }

    /// <summary>Keeps posts in their order.</summary>
    public TimeSpan AfterPosts(TimeSpan arrival) =>
        _lastPost = arrival > _lastPost ? arrival : _lastPost;
}
