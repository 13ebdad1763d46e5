using System.Globalization;
using System.Text.Json;
using Waverless.Cluster;
using Waverless.Cluster.Membership;

namespace Waverless.AspNetCore.Management;

/// <summary>The nodes of a cluster, as the one that is asked sees them.</summary>
internal static class MembersJson
{
    public static void Write(Utf8JsonWriter json, ClusterMember cluster)
    {
        var members = cluster.Members.Current;
        var work = cluster.View;
        json.WriteNumber("self", cluster.Self.Value);
        json.WriteNumber("epoch", members.Epoch);
        json.WriteStartArray("members");
        foreach (var member in members.Members)
        {
            json.WriteStartObject();
            Write(json, member);
            json.WriteNumber("shards", cluster.Homes.Map.SharesOf(member.Id));
            if (work.IndexOf(member.Id) is var index and >= 0)
            {
                Write(json, work.Nodes[index]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Member member)
    {
        var profile = member.Profile;
        json.WriteNumber("node", member.Id.Value);
        json.WriteString("state", MembershipMetrics.Name(member.State));
        json.WriteString("since", member.Since);
        json.WriteString("address", $"{profile.Address.Host}:{profile.Address.Port}");
        json.WriteString("http", profile.HttpAddress);
        WriteList(json, "roles", RolesOf(profile.Roles));
        json.WriteNumber("weight", profile.Weight);
        WriteList(json, "tags", profile.Tags);

        // Lives are numbers that programs in JavaScript cannot hold.
        json.WriteString("life", member.Boot.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("incarnation", member.Incarnation);
        json.WriteBoolean("takesWork", member.TakesWork);
    }

    private static void Write(Utf8JsonWriter json, NodeView node)
    {
        if (node.Report == 0)
        {
            return;
        }

        json.WriteStartObject("load");
        json.WriteNumber("active", node.Active);
        json.WriteNumber("queued", node.Queued);
        json.WriteNumber("slots", node.Slots);
        json.WriteNumber("backlogMs", node.BacklogMs);
        json.WriteNumber("cpu", node.Cpu);
        json.WriteEndObject();
    }

    private static IEnumerable<string> RolesOf(NodeRoles roles)
    {
        if (roles.HasFlag(NodeRoles.Meta))
        {
            yield return "meta";
        }

        if (roles.HasFlag(NodeRoles.Master))
        {
            yield return "master";
        }

        if (roles.HasFlag(NodeRoles.Worker))
        {
            yield return "worker";
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }
}
