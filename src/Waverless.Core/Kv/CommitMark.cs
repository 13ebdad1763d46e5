namespace Waverless.Kv;

/// <summary>Where a commit stood before the platform added events and completions to it.</summary>
internal readonly record struct CommitMark(
    int Length,
    int Operations,
    int Events,
    int Completions,
    bool ReadsBeforeWrite
);
