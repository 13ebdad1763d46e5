namespace Waverless.Apps;

/// <summary>
/// What one function may use. An app's own limits are the defaults of its functions, and its
/// <see cref="Concurrency"/> and <see cref="Queue"/> also bound the app as a whole.
/// </summary>
public sealed record FunctionLimits
{
    /// <summary>Default of <see cref="Memory"/>: 64 MiB.</summary>
    public const long MemoryDefault = 64L << 20;

    /// <summary>Least <see cref="Memory"/>: one page of WebAssembly, 64 KiB.</summary>
    public const long MemoryMin = 64L << 10;

    /// <summary>Most <see cref="Memory"/>: what a 32-bit guest can address, 4 GiB.</summary>
    public const long MemoryMax = 4L << 30;

    /// <summary>Default of <see cref="Concurrency"/>.</summary>
    public const int ConcurrencyDefault = 256;

    /// <summary>Most <see cref="Concurrency"/>.</summary>
    public const int ConcurrencyMax = 65_536;

    /// <summary>Default of <see cref="Queue"/>.</summary>
    public const int QueueDefault = 1_024;

    /// <summary>Most <see cref="Queue"/>.</summary>
    public const int QueueMax = 1_048_576;

    /// <summary>Default of <see cref="Body"/>: 16 MiB.</summary>
    public const long BodyDefault = 16L << 20;

    /// <summary>Most <see cref="Body"/>: 1 GiB.</summary>
    public const long BodyMax = 1L << 30;

    /// <summary>Default of <see cref="Timeout"/>: 30 seconds.</summary>
    public static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(30);

    /// <summary>Least <see cref="Timeout"/>: 1 millisecond.</summary>
    public static readonly TimeSpan TimeoutMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Most <see cref="Timeout"/>: 24 hours.</summary>
    public static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(24);

    /// <summary>All defaults.</summary>
    public static FunctionLimits Default { get; } = new();

    /// <summary>Memory of one instance, in bytes. Default 64 MiB.</summary>
    public long Memory { get; init; } = MemoryDefault;

    /// <summary>Longest run of one invocation. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeoutDefault;

    /// <summary>Invocations that run at once. Default 256.</summary>
    public int Concurrency { get; init; } = ConcurrencyDefault;

    /// <summary>Invocations that wait for their turn. Default 1024; 0: none waits.</summary>
    public int Queue { get; init; } = QueueDefault;

    /// <summary>Largest request body, in bytes. Default 16 MiB.</summary>
    public long Body { get; init; } = BodyDefault;
}
