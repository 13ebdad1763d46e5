namespace Waverless.Scheduling.Warming;

/// <summary>How an invocation finds its app.</summary>
internal enum WarmStart
{
    /// <summary>Warm, from use.</summary>
    Warm,

    /// <summary>Warm, because an instance was made ahead; it would have started cold.</summary>
    Ahead,

    /// <summary>Cold.</summary>
    Cold,
}
