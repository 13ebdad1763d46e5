namespace Waverless.Storage.Apply;

/// <summary>Ordinals of a commit's events that were not stored, ascending. Reusable.</summary>
internal sealed class SkippedOrdinals
{
    private int[] _ordinals = [];
    private int _count;

    /// <summary>The ordinals.</summary>
    public ReadOnlySpan<int> Ordinals => _ordinals.AsSpan(0, _count);

    /// <summary>Adds one.</summary>
    public void Add(int ordinal)
    {
        if (_count == _ordinals.Length)
        {
            Array.Resize(ref _ordinals, Math.Max(4, _count * 2));
        }

        _ordinals[_count++] = ordinal;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;
}
