namespace EmbedInYourHost;

/// <summary>Shows over HTTP that both live side by side.</summary>
internal static class Tour
{
    public static async Task<bool> RunAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        var passed = Show("GET /", await http.GetStringAsync("/"), "my own home page");
        passed &= Show(
            "GET /offers/tea?count=3, an own endpoint that calls a function",
            await http.GetStringAsync("/offers/tea?count=3"),
            "3 x tea: 7.5 euro"
        );
        using var quoted = await http.PostAsJsonAsync("/pricing/quote", new QuoteRequest("tea", 2));
        passed &= Show(
            "POST /pricing/quote, the function itself",
            await quoted.Content.ReadAsStringAsync(),
            """{"item":"tea","price":5.0}"""
        );
        return passed
            & Show(
                "GET /unknown/page",
                await http.GetStringAsync("/unknown/page"),
                "my own fallback for /unknown/page"
            );
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
