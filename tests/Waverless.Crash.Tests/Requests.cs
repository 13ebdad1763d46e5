using System.Net;

namespace Waverless.Crash;

/// <summary>Requests to a node that may be killed before it answers.</summary>
internal static class Requests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The body of a 200; null if the node was gone before it answered.</summary>
    public static async Task<string?> TryAsync(Func<Task<HttpResponseMessage>> send)
    {
        try
        {
            using var response = await send();
            var body = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode} {body}");
            return body;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Asks again until nothing is missing any more; fails when that lasts too long.</summary>
    /// <param name="missing">What is missing; null: nothing.</param>
    public static async Task UntilNothingIsMissingAsync(Func<Task<string?>> missing)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            var what = await missing();
            if (what is null)
            {
                return;
            }

            Assert.True(waited < Patience, what);
            await Task.Delay(Pause);
        }
    }
}
