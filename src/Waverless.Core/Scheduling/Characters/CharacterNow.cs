namespace Waverless.Scheduling.Characters;

/// <summary>What is known of a function at one moment. Immutable.</summary>
internal sealed record CharacterNow
{
    public static CharacterNow Nothing { get; } = new();

    /// <summary>Means, for schedulers; whether it is stateless is the manifest's to say.</summary>
    public FunctionCharacter Means { get; init; }

    /// <summary>What 19 of 20 runs do not exceed, in milliseconds.</summary>
    public float RunMsHigh { get; init; }

    /// <summary>Mean bytes of the payload.</summary>
    public float PayloadBytes { get; init; }

    /// <summary>Runs that are known of, the old ones counted less.</summary>
    public float Runs { get; init; }
}
