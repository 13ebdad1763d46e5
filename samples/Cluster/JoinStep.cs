using System.Text.Json;

namespace ClusterSample;

/// <summary>A node that is in nobody's cluster file joins, works, and leaves.</summary>
internal static class JoinStep
{
    private const string Api = "/_waverless/api/v1/cluster/";

    public static async Task<string> RunAsync(LocalCluster cluster)
    {
        var master = cluster.Nodes[1];
        var invitation = await PostAsync(master, "tokens");
        var id = invitation.GetProperty("node").GetUInt32();
        var joined = await cluster.JoinAsync(
            id,
            invitation.GetProperty("address").GetString()!,
            invitation.GetProperty("token").GetString()!
        );
        var got = await SettleAsync(master, id, shards => shards > 0);
        await AllAnswerAsync(joined);
        await PostAsync(joined, "leave");
        await SettleAsync(master, id, shards => shards == 0);
        await cluster.RemoveAsync(joined);
        await AllAnswerAsync(master);
        return $"node {id} got {got} of 256 shards, and gave them back";
    }

    /// <summary>What has moved is there.</summary>
    private static async Task AllAnswerAsync(ChildNode node)
    {
        foreach (
            var path in (string[])
                ["/longchain/chain_state", "/word_count/result?top=1", "/where/am_i"]
        )
        {
            await Check.GoodAsync(await node.Http.GetAsync(path));
        }
    }

    /// <summary>Waits until nothing is due to move; returns how many shards a node has.</summary>
    private static async Task<int> SettleAsync(ChildNode master, uint id, Func<int, bool> isEnough)
    {
        for (var tries = 0; ; tries++)
        {
            var answer = await master.Http.GetStringAsync(Api + "placement");
            using var placement = JsonDocument.Parse(answer);
            var shards = placement
                .RootElement.GetProperty("nodes")
                .EnumerateArray()
                .Where(node => node.GetProperty("node").GetUInt32() == id)
                .Sum(node => node.GetProperty("shards").GetInt32());
            if (placement.RootElement.GetProperty("due").GetInt32() == 0 && isEnough(shards))
            {
                return shards;
            }

            Check.Demand(tries < 600, $"partitions still move: {answer}");
            await Task.Delay(100);
        }
    }

    private static async Task<JsonElement> PostAsync(ChildNode node, string what)
    {
        using var answer = await node.Http.PostAsync(Api + what, null);
        var text = await answer.Content.ReadAsStringAsync();
        Check.Demand(answer.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
