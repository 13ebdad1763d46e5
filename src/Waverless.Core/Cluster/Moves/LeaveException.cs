namespace Waverless.Cluster.Moves;

/// <summary>A node cannot leave; it stays in service.</summary>
internal sealed class LeaveException(LeaveError error, string message) : Exception(message)
{
    public LeaveError Error => error;
}
