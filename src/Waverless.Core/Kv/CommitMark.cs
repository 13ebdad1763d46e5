namespace Waverless.Kv;

/// <summary>How far a commit was built, to drop what is added later.</summary>
internal readonly struct CommitMark
{
    public int Length { get; init; }

    public int Operations { get; init; }

    public int Conditions { get; init; }

    public int Mutations { get; init; }

    public int Events { get; init; }

    public int Completions { get; init; }

    public int Systems { get; init; }

    public bool ReadsBeforeWrite { get; init; }

    public bool HasDeadlines { get; init; }
}
