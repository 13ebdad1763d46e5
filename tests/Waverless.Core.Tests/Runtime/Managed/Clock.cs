namespace Waverless.Runtime.Managed;

public interface IClock
{
    string Name { get; }
}

public sealed class NamedClock(string name) : IClock
{
    public string Name => name;
}

/// <summary>A scoped service that counts how many of it live.</summary>
public sealed class Session(SessionLog log) : IAsyncDisposable
{
    public SessionLog Log => log;

    public int Number { get; } = ++log.Created;

    public ValueTask DisposeAsync()
    {
        log.Disposed++;
        return log.OnDispose?.Invoke() ?? ValueTask.CompletedTask;
    }
}

public sealed class SessionLog
{
    public int Created { get; set; }

    public int Disposed { get; set; }

    public Func<ValueTask>? OnDispose { get; set; }
}
