namespace Waverless.Kv;

/// <summary>How a key is locked.</summary>
public enum LockMode
{
    /// <summary>Alone.</summary>
    Write,

    /// <summary>Together with other readers.</summary>
    Read,
}
