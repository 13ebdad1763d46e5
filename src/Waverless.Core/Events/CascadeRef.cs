namespace Waverless.Events;

/// <summary>
/// Which cascade an event belongs to (SEMANTICS §5): the root that waits, its boot, and how deep
/// the event stands below it.
/// </summary>
/// <param name="RootNode">
/// Node whose caller waits; meaningful only if <paramref name="Id"/> is not 0.
/// </param>
/// <param name="BootId">That node's boot; a restarted node no longer waits.</param>
/// <param name="Id">The cascade; 0 when nobody waits.</param>
/// <param name="Depth">
/// Events between the root and this one, itself included; the root has 0.
/// </param>
public readonly record struct CascadeRef(uint RootNode, ulong BootId, ulong Id, int Depth);
