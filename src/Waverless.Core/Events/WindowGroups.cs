namespace Waverless.Events;

/// <summary>The events of a window by ordering key; one without a key is by itself.</summary>
internal static class WindowGroups
{
    /// <summary>Indices of each group, in order.</summary>
    public static IEnumerable<List<int>> Of(IReadOnlyList<PendingEvent> events)
    {
        var byKey = new Dictionary<Kv.KvKey, List<int>>();
        var groups = new List<List<int>>();
        for (var index = 0; index < events.Count; index++)
        {
            var pending = events[index];
            if (pending.IsOrdered && byKey.TryGetValue(pending.OrderingKey, out var group))
            {
                group.Add(index);
                continue;
            }

            group = [index];
            groups.Add(group);
            if (pending.IsOrdered)
            {
                byKey.Add(pending.OrderingKey, group);
            }
        }

        return groups;
    }
}
