using System.Net;

namespace QuickStart.Checking;

/// <summary>word_count against the same count in C#.</summary>
internal static class WordCountSteps
{
    private const int Top = 20;

    public static async Task CountBodyAsync(CheckClient client)
    {
        var text = EdgeCaseText.Create();
        await CountAsync(client, text, "edge_cases.txt");
    }

    public static async Task CountNothingAsync(CheckClient client)
    {
        await CountAsync(client, [], "empty.txt");
    }

    public static async Task CountFileAsync(CheckClient client, QuickStartSettings settings)
    {
        var counted = await client.GetAsync("/word_count/split_file?wait=cascade");
        counted.ExpectCascade();
        await CompareAsync(client, await File.ReadAllBytesAsync(settings.WordsFile));
    }

    private static async Task CountAsync(CheckClient client, byte[] text, string name)
    {
        var counted = await client.PostAsync("/word_count/split_file?wait=cascade", text, name);
        counted.ExpectCascade();
        await CompareAsync(client, text);
    }

    private static async Task CompareAsync(CheckClient client, byte[] text)
    {
        var result = await client.GetAsync($"/word_count/result?top={Top}");
        result.Expect(HttpStatusCode.OK, WordTally.Count(text).ToJson(Top));
    }
}
