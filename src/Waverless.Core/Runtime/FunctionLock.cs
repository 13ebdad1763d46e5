namespace Waverless.Runtime;

/// <summary>
/// A write lock that a function holds. Disposing it frees the key, once; so does the end of the
/// invocation. Not thread-safe.
/// </summary>
public sealed class FunctionLock : IDisposable
{
    private readonly int _id;
    private FunctionContext? _context;

    internal FunctionLock(FunctionContext context, int id)
    {
        _context = context;
        _id = id;
    }

    /// <summary>Frees the key.</summary>
    public void Dispose()
    {
        var holder = _context;
        _context = null;
        holder?.Unlock(_id);
    }
}
