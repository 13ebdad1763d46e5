namespace Waverless.Crash.Node;

/// <summary>
/// One kind of work: calls with numbers that count up, and what must hold of them after a crash.
/// </summary>
internal abstract class Load
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _acknowledged = [];
    private int _last;

    /// <summary>Numbers of the calls that were answered.</summary>
    protected HashSet<int> Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return [.. _acknowledged];
            }
        }
    }

    /// <summary>Numbers that were used at all are 1 to this.</summary>
    protected int Last => Volatile.Read(ref _last);

    /// <summary>Calls until the node is gone, or the token says that it is enough.</summary>
    public async Task RunAsync(HttpClient http, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var id = Interlocked.Increment(ref _last);
            if (!await CallAsync(http, id))
            {
                return;
            }

            Acknowledge(id);
        }
    }

    /// <summary>Checks a node that was started again.</summary>
    public abstract Task VerifyAsync(HttpClient http);

    protected abstract Task<bool> CallAsync(HttpClient http, int id);

    protected void Acknowledge(int id)
    {
        lock (_lock)
        {
            _acknowledged.Add(id);
        }
    }

    protected void Forget()
    {
        lock (_lock)
        {
            _acknowledged.Clear();
        }
    }

    /// <summary>Waits until what was acknowledged has had its effect.</summary>
    protected async Task ExpectAsync(HttpClient http, string path, Func<string, string?> missing)
    {
        await Requests.UntilNothingIsMissingAsync(async () =>
        {
            var what = missing(await http.GetStringAsync(path));
            return what is null ? null : $"{path}: {what}";
        });
    }

    /// <summary>What is acknowledged and not there; null: nothing.</summary>
    protected string? Missing(HashSet<int> found, Func<int, bool>? isExpected = null)
    {
        var missing = Acknowledged.Where(id =>
            (isExpected?.Invoke(id) ?? true) && !found.Contains(id)
        );
        var few = missing.Take(5).ToArray();
        return few.Length == 0 ? null : $"without effect: {string.Join(", ", few)}";
    }
}
