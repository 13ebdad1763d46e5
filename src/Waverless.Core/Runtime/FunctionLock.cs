using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Runtime;

/// <summary>
/// A lock that a function holds. Disposing it frees the key, once; so does the end of the
/// invocation. Not thread-safe.
/// </summary>
public sealed class FunctionLock : IDisposable
{
    private readonly int _id;
    private FunctionContext? _context;

    internal FunctionLock(FunctionContext context, LockGrant grant)
    {
        _context = context;
        _id = grant.Id;
        Token = grant.Token;
    }

    /// <summary>
    /// The fencing token: grows with each holder of the key. Something outside that remembers the
    /// highest number it has seen can refuse a stale holder.
    /// </summary>
    public Revision Token { get; }

    /// <summary>Frees the key.</summary>
    public void Dispose()
    {
        var holder = _context;
        _context = null;
        holder?.Unlock(_id);
    }
}
