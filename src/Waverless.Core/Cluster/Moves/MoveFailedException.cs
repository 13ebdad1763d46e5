namespace Waverless.Cluster.Moves;

/// <summary>A move cannot go on; nothing has moved.</summary>
internal sealed class MoveFailedException(string message) : Exception(message);
