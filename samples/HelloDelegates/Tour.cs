using System.Net;

namespace HelloDelegates;

/// <summary>Calls the functions over HTTP and shows what comes back.</summary>
internal static class Tour
{
    private const int Orders = 20;

    public static async Task<bool> RunAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        var passed = Show(
            "POST /shop/order, typed JSON in and out",
            await (await PostAsync(http, "0", wait: false)).Content.ReadAsStringAsync(),
            """{"id":"0","item":"tea","count":2,"amount":7.0}"""
        );

        // wait=cascade answers when everything that the call set in motion has ended.
        var ids = Enumerable.Range(0, Orders).Select(i => $"{i}-again");
        var answers = await Task.WhenAll(ids.Select(id => PostAsync(http, id, wait: true)));
        passed &= Show(
            $"{Orders} more at once, each waits until it is billed",
            $"{answers.Count(answer => answer.StatusCode == HttpStatusCode.OK)} answered 200",
            $"{Orders} answered 200"
        );
        passed &= Show(
            "GET /shop/total, kept by the function that each order starts",
            await TotalOfAsync(http),
            """{"orders":21,"amount":147.0}"""
        );

        using var late = await http.GetAsync("/shop/forecast");
        return passed
            & Show("GET /shop/forecast, cancelled in time", $"{(int)late.StatusCode}", "504");
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string id, bool wait) =>
        http.PostAsJsonAsync(
            wait ? "/shop/order?wait=cascade" : "/shop/order",
            new OrderRequest(id, "tea", 2)
        );

    /// <summary>The first order was not waited for, so the total may be one behind for a moment.</summary>
    private static async Task<string> TotalOfAsync(HttpClient http)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var total = await http.GetFromJsonAsync<Total>("/shop/total");
            if (total?.Orders > Orders)
            {
                break;
            }

            await Task.Delay(10);
        }

        return await http.GetStringAsync("/shop/total");
    }

    private static bool Show(string what, string came, string expected)
    {
        Console.WriteLine(what);
        Console.WriteLine($"   {came}");
        if (came != expected)
        {
            Console.WriteLine($"   FAILED: expected {expected}");
        }

        return came == expected;
    }
}
