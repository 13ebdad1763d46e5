namespace Waverless.Storage.Keyspaces;

/// <summary>Walks a snapshot of an ordered key space. Not thread-safe.</summary>
internal abstract class KeyCursor : IDisposable
{
    /// <summary>The current key; valid until the next move.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>The current value; valid until the next move.</summary>
    public abstract ReadOnlySpan<byte> Value { get; }

    /// <summary>Moves to the first key, then to each following one; false at the end.</summary>
    public abstract bool MoveNext();

    /// <summary>Moves to the last key; false if there is none.</summary>
    public abstract bool MoveToLast();

    /// <summary>Moves to the key before the current one; false at the beginning.</summary>
    public abstract bool MovePrevious();

    /// <inheritdoc />
    public abstract void Dispose();
}
