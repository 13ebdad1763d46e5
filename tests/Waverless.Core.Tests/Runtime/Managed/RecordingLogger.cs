using Microsoft.Extensions.Logging;

namespace Waverless.Runtime.Managed;

internal sealed class RecordingLogger : ILogger<ManagedRuntime>
{
    private readonly List<(int Id, string Message, Exception? Exception)> entries = [];

    public IReadOnlyList<(int Id, string Message, Exception? Exception)> Entries
    {
        get
        {
            lock (entries)
            {
                return [.. entries];
            }
        }
    }

    /// <summary>Completes when something with that id has been logged.</summary>
    public async Task WaitForAsync(int id)
    {
        while (!Entries.Any(entry => entry.Id == id))
        {
            await Task.Yield();
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        lock (entries)
        {
            entries.Add((eventId.Id, formatter(state, exception), exception));
        }
    }
}
