namespace Waverless.Apps;

/// <summary>Which change of a key starts a function.</summary>
public enum KeyTriggerKind
{
    /// <summary>Every write (<c>kv_set</c>, <c>trigger_by_write</c>).</summary>
    Set,

    /// <summary>A write of a key that was absent (<c>kv_new</c>, <c>trigger_by_new</c>).</summary>
    New,

    /// <summary>The removal of a key that was present (<c>kv_delete</c>).</summary>
    Delete,
}
