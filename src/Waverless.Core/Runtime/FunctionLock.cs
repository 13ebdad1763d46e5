namespace Waverless.Runtime;

/// <summary>
/// A write lock that a function holds. Disposing it frees the key, once; so does the end of the
/// invocation. Not thread-safe.
/// </summary>
public sealed class FunctionLock : IDisposable
{
    private readonly int id;
    private FunctionContext? context;

    internal FunctionLock(FunctionContext context, int id)
    {
        this.context = context;
        this.id = id;
    }

    /// <summary>Frees the key.</summary>
    public void Dispose()
    {
        var holder = context;
        context = null;
        holder?.Unlock(id);
    }
}
