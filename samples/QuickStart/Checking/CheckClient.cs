using System.Net.Http.Headers;

namespace QuickStart.Checking;

/// <summary>Sends requests and prints them, as the curl commands that would do the same.</summary>
internal sealed class CheckClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
    };

    public Task<Answer> GetAsync(string path)
    {
        Console.WriteLine($"   curl '{new Uri(address, path)}'");
        return SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
    }

    public Task<Answer> PostAsync(string path, byte[]? body = null, string from = "")
    {
        var data = body is null ? "-X POST" : $"--data-binary @{from}";
        Console.WriteLine($"   curl {data} '{new Uri(address, path)}'");
        var content = new ByteArrayContent(body ?? []);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
    }

    public Task<Answer> UploadAsync(string app, byte[] zip)
    {
        const string Path = "/appmgmt/upload_app";
        Console.WriteLine($"   curl -F {app}=@{app}.zip '{new Uri(address, Path)}'");
        var part = new ByteArrayContent(zip);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        var form = new MultipartFormDataContent { { part, app, $"{app}.zip" } };
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, Path) { Content = form });
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        using (var response = await _http.SendAsync(request))
        {
            var answer = new Answer(
                response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                await response.Content.ReadAsStringAsync()
            );
            Console.WriteLine($"   {answer}");
            return answer;
        }
    }
}
