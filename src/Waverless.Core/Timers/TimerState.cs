namespace Waverless.Timers;

/// <summary>A timer as it stands in the store.</summary>
/// <param name="Timer">What it is.</param>
/// <param name="Next">
/// The first moment that it has not fired for; in the past while it is late or rests because its
/// function is not deployed.
/// </param>
/// <param name="IsDeclared">Whether the manifest of its function declares it.</param>
public sealed record TimerState(NamedTimer Timer, DateTimeOffset Next, bool IsDeclared);
