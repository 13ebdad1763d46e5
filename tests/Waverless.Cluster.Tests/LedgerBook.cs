using System.Collections.Concurrent;

namespace Waverless.ClusterProcesses;

/// <summary>
/// Asks the ledgers to write requests down, and knows what they must say in the end.
/// </summary>
internal sealed class LedgerBook(Tally tally)
{
    public const int Ledgers = 6;

    private readonly ConcurrentDictionary<string, bool> _answered = new(StringComparer.Ordinal);
    private int _next;

    public async Task AddAsync(ProcessNode node)
    {
        var number = Interlocked.Increment(ref _next);
        var id = $"{number}";
        var answer = await tally.AskAsync(node, HttpMethod.Post, PathOf(number, "add"), id);
        if (answer is not null && answer != id)
        {
            tally.Wrong($"{id} was answered with '{answer}'");
        }

        _answered[id] = answer is not null;
    }

    /// <summary>
    /// What was answered is there; what was not is there or not; and each message of what is there
    /// has had its effect once, at both receivers.
    /// </summary>
    public async Task CheckAsync(ProcessCluster cluster)
    {
        for (var ledger = 0; ledger < Ledgers; ledger++)
        {
            var node = cluster.Nodes[ledger % cluster.Nodes.Count];
            var asked = await ListAsync(node, ledger, "asked_");
            await UntilAsync(node, ledger, "ran_", asked.Count);
            await UntilAsync(node, ledger + 1, "heard_", asked.Count);
            var ran = await ListAsync(node, ledger, "ran_");
            var heard = await ListAsync(node, ledger + 1, "heard_");
            var expected = asked.ToHashSet(StringComparer.Ordinal);
            Assert.Equal(expected, ran.ToHashSet(StringComparer.Ordinal));
            Assert.Equal(expected, heard.ToHashSet(StringComparer.Ordinal));
            var lost = _answered
                .Where(item => item.Value && LedgerOf(item.Key) == ledger)
                .Select(item => $"{item.Key}=1")
                .Except(asked, StringComparer.Ordinal);
            Assert.Empty(lost);
        }
    }

    private static int LedgerOf(string id) =>
        int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) % Ledgers;

    private static string PathOf(int ledger, string function) =>
        $"/ledger{ledger % Ledgers}/{function}";

    /// <summary>Messages are on their way; nothing says when the last one has arrived.</summary>
    private static async Task UntilAsync(ProcessNode node, int ledger, string prefix, int count)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if ((await ListAsync(node, ledger, prefix)).Count >= count)
            {
                return;
            }

            await Task.Delay(100);
        }
    }

    private static async Task<List<string>> ListAsync(ProcessNode node, int ledger, string prefix)
    {
        for (var tries = 0; ; tries++)
        {
            using var body = new StringContent(prefix);
            using var answer = await node.Http.PostAsync(PathOf(ledger, "list"), body);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
            {
                return [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries)];
            }

            Assert.True(tries < 100, text);
            await Task.Delay(100);
        }
    }
}
