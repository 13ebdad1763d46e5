namespace HelloDelegates;

/// <summary>A plain method: what starts it is said where it is added.</summary>
internal static class Forecast
{
    /// <summary>Would take for ever; the token ends it.</summary>
    public static async Task<string> TellAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return "sunny";
    }
}
