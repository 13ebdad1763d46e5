using System.Text.Json;

namespace Waverless.EndToEnd.Hosts;

/// <summary>Reads what a caller sees of a failure.</summary>
internal static class Problems
{
    /// <summary>Checks status, code and what the detail names; answers the whole problem.</summary>
    public static async Task<JsonElement> AssertProblemAsync(
        this HttpResponseMessage answer,
        int status,
        string code,
        params string[] named
    )
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        var detail = problem.GetProperty("detail").GetString();
        Assert.All(named, name => Assert.Contains(name, detail, StringComparison.Ordinal));
        // Nothing of the inside: no stack of ours, none of the guest's.
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("backtrace", text, StringComparison.Ordinal);
        return problem;
    }
}
