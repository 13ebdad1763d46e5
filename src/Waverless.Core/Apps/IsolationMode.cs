namespace Waverless.Apps;

/// <summary>What an atomic function is told of writes made beside it.</summary>
public enum IsolationMode
{
    /// <summary>What was read is checked at commit; on a conflict it runs again.</summary>
    Serializable,

    /// <summary>Reads come from one snapshot and are not checked at commit.</summary>
    Snapshot,
}
