using System.Collections.Concurrent;

namespace Waverless.EndToEnd.Delegates;

/// <summary>What functions of the tests tell.</summary>
public sealed class Traces
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _told = new();

    public int Made { get; set; }

    public int Disposed { get; set; }

    public void Tell(string name, string value) => Of(name).TrySetResult(value);

    public Task<string> HeardAsync(string name) => Of(name).Task;

    private TaskCompletionSource<string> Of(string name) =>
        _told.GetOrAdd(
            name,
            _ => new TaskCompletionSource<string>(
                TaskCreationOptions.RunContinuationsAsynchronously
            )
        );
}
