using Waverless.Wasm.Instances;

namespace Waverless.Wasm.Loading;

/// <summary>The idle instances of one function with <c>instance: reuse</c>.</summary>
internal sealed class ReusedInstances(GuestContextPool contexts)
{
    /// <summary>
    /// Idle instances kept for a function; each holds a slot of the engine's pool.
    /// </summary>
    internal const int IdleMax = 16;

    private readonly Lock _gate = new();
    private readonly Stack<ReusedInstance> _idle = [];
    private bool _closed;

    /// <summary>The one used last; null: none is idle.</summary>
    internal ReusedInstance? Take()
    {
        lock (_gate)
        {
            return _idle.TryPop(out var instance) ? instance : null;
        }
    }

    internal void Return(ReusedInstance instance)
    {
        lock (_gate)
        {
            if (!_closed && _idle.Count < IdleMax)
            {
                _idle.Push(instance);
                return;
            }
        }

        Free(instance);
    }

    /// <summary>Lets go of idle instances beyond so many.</summary>
    internal void TrimTo(int count)
    {
        while (true)
        {
            ReusedInstance? spare;
            lock (_gate)
            {
                if (_idle.Count <= count || !_idle.TryPop(out spare))
                {
                    return;
                }
            }

            Free(spare);
        }
    }

    internal void Free(ReusedInstance instance)
    {
        instance.Instance.Close();
        contexts.Return(instance.Guest);
    }

    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        while (Take() is { } instance)
        {
            Free(instance);
        }
    }
}
