namespace Waverless.Contracts.Storage;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class SetClock : TimeProvider
{
    /// <summary>Unix milliseconds.</summary>
    public long NowMs { get; set; } = 1_800_000_000_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
