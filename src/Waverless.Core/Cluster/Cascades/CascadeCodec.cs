using Waverless.Cluster.Calls;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Messaging.Wire;
using Item = Waverless.Messaging.Wire.CascadeNews.Types.Item;
using Kind = Waverless.Messaging.Wire.CascadeNews.Types.Item.Types.Kind;

namespace Waverless.Cluster.Cascades;

/// <summary>News of cascades as messages.</summary>
internal static class CascadeCodec
{
    public static Item Encode(in CascadeRef of, Kind kind, EventId id, int count) =>
        new()
        {
            Kind = kind,
            Cascade = CallCodec.Encode(of),
            Event = new EventRef
            {
                App = id.Source.App ?? "",
                Partition = (uint)id.Source.Number,
                Revision = id.Revision,
                Ordinal = id.Ordinal,
            },
            Count = count,
        };

    /// <summary>Tells a registry what a message says.</summary>
    public static void Tell(CascadeRegistry registry, Item item)
    {
        var of = CallCodec.Decode(item.Cascade);
        var id = item.Event is { } e
            ? new EventId(new PartitionId(e.App, (int)e.Partition), e.Revision, e.Ordinal)
            : default;
        switch (item.Kind)
        {
            case Kind.Created:
                registry.Created(of, id);
                break;
            case Kind.Ended:
                registry.Ended(of, id, failed: false);
                break;
            case Kind.Failed:
                registry.Ended(of, id, failed: true);
                break;
            case Kind.Dropped:
                registry.Dropped(of, id);
                break;
            case Kind.Deferred:
                registry.Deferred(of, (int)item.Count);
                break;
            default:
                break;
        }
    }
}
