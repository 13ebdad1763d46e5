namespace Waverless.Kv;

/// <summary>Bounds of messages.</summary>
public static class MessageLimits
{
    /// <summary>Longest payload in bytes; the target's <c>limits: body</c> holds as well.</summary>
    public const int PayloadBytesMax = 1024 * 1024;

    /// <summary>Most messages in one batch, or in one run of an atomic function.</summary>
    public const int MessagesMax = 1_000;

    /// <summary>Longest idempotency, ordering and partition key in bytes of UTF-8.</summary>
    public const int KeyBytesMax = 255;

    /// <summary>Longest delay in days.</summary>
    public const int DelayDaysMax = 400;

    /// <summary>Longest delay.</summary>
    public static TimeSpan DelayMax { get; } = TimeSpan.FromDays(DelayDaysMax);
}
