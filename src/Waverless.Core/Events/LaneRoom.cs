namespace Waverless.Events;

/// <summary>How much a lane takes in at once.</summary>
/// <param name="Events">Most events.</param>
/// <param name="Bytes">After how many bytes of records it is enough.</param>
internal readonly record struct LaneRoom(int Events, int Bytes);
