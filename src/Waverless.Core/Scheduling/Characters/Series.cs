namespace Waverless.Scheduling.Characters;

/// <summary>One measure: what this node records, and what all nodes have seen of it.</summary>
internal sealed class Series
{
    /// <summary>Values that are kept at least: what runs rarely is not forgotten by fading.</summary>
    private const float TotalKept = 16;

    private Tally? _tally;

    /// <summary>Values of the whole cluster. Used by one thread at a time.</summary>
    public Histogram All { get; } = new();

    /// <summary>The part that this node records; made when it records something.</summary>
    public Tally? Tally => Volatile.Read(ref _tally);

    public void Record(long value) => (Tally ?? Begin()).Record(value);

    /// <summary>Lets what is old count less, as long as enough is left.</summary>
    public void Fade(float factor)
    {
        if (All.Total > TotalKept)
        {
            All.Fade(factor);
        }
    }

    private Tally Begin()
    {
        var begun = new Tally();
        return Interlocked.CompareExchange(ref _tally, begun, null) ?? begun;
    }
}
