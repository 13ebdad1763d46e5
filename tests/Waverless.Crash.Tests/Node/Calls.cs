using System.Net;

namespace Waverless.Crash.Node;

/// <summary>Calls to a node that may end before it answers.</summary>
internal static class Calls
{
    /// <summary>Posts a text; false if the node was gone before it answered.</summary>
    public static async Task<bool> PostAsync(
        HttpClient http,
        string path,
        string body,
        string? idempotencyKey = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body),
        };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        try
        {
            using var response = await http.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            Assert.True(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent,
                $"{path} {body}: {response.StatusCode} {answer}"
            );
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }

    /// <summary>The ids in a list that the node has written.</summary>
    public static HashSet<int> Ids(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}
