using System.Globalization;

namespace ClusterSample;

/// <summary>Shows on which nodes functions have run, those that keys and messages start too.</summary>
internal sealed class RanWhere
{
    private readonly Dictionary<(string Function, uint Node), int> _before = [];

    /// <summary>A line for each function that has run since the last time.</summary>
    public async Task<IEnumerable<string>> TellAsync(LocalCluster cluster)
    {
        var ran = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var node in cluster.Nodes.Values)
        {
            var counts = await node.Http.GetStringAsync("/ran");
            foreach (var line in counts.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var words = line.Split(' ');
                var count = int.Parse(words[1], CultureInfo.InvariantCulture);
                var before = _before.GetValueOrDefault((words[0], node.Id));
                _before[(words[0], node.Id)] = count;

                // A node that was started again counts from nothing.
                var more = count >= before ? count - before : count;
                if (more > 0)
                {
                    ran.TryAdd(words[0], []);
                    ran[words[0]].Add($"node {node.Id}: {more}");
                }
            }
        }

        return ran.Select(function => $"{function.Key} ran on {string.Join(", ", function.Value)}");
    }
}
