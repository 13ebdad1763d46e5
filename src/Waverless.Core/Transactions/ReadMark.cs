namespace Waverless.Transactions;

/// <summary>What a run has relied on about one key.</summary>
/// <param name="Kind">What it knows.</param>
/// <param name="Number">Revision number of the value, where the kind is that.</param>
internal readonly record struct ReadMark(ReadKind Kind, ulong Number)
{
    /// <summary>What a read of the value tells: which one it was, or that there was none.</summary>
    public static ReadMark OfRead(bool found, ulong number) =>
        found ? new ReadMark(ReadKind.Revision, number) : new ReadMark(ReadKind.Absent, 0);
}

/// <summary>What a run knows about a key.</summary>
internal enum ReadKind
{
    /// <summary>That it has a value, whichever.</summary>
    Present,

    /// <summary>That it has none.</summary>
    Absent,

    /// <summary>Which value it has.</summary>
    Revision,
}
