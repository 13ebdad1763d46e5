namespace ClusterSample;

/// <summary>What a step demands; what does not hold fails it.</summary>
internal static class Check
{
    public static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    public static async Task GoodAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Demand(
                answer.IsSuccessStatusCode,
                $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}"
            );
        }
    }

    public static async Task UntilAsync(ChildNode node, string path)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await node.Http.GetAsync(path);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            Demand(tries < 100, $"{path} still answers {(int)answer.StatusCode}");
            await Task.Delay(100);
        }
    }
}
