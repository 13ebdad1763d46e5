using Microsoft.Extensions.Logging;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Keeps deadline sources that have not fired for reuse. Thread-safe, bounded.</summary>
internal sealed class DeadlineSourcePool(TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Most sources kept.</summary>
    public const int KeptMax = 64;

    private readonly DeadlineSource?[] _kept = new DeadlineSource?[KeptMax];

    public DeadlineSource Rent(Deadline deadline, CancellationToken caller)
    {
        var source = Take() ?? new DeadlineSource(time, log);
        source.Arm(deadline, caller);
        return source;
    }

    /// <summary>Takes a source back that nobody uses any more.</summary>
    public void Return(DeadlineSource source)
    {
        if (!source.TryReset() || !TryKeep(source))
        {
            source.Dispose();
        }
    }

    public void Dispose()
    {
        while (Take() is { } source)
        {
            source.Dispose();
        }
    }

    private DeadlineSource? Take()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null && Interlocked.Exchange(ref _kept[i], null) is { } source)
            {
                return source;
            }
        }

        return null;
    }

    private bool TryKeep(DeadlineSource source)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is null && Interlocked.CompareExchange(ref _kept[i], source, null) is null)
            {
                return true;
            }
        }

        return false;
    }
}
