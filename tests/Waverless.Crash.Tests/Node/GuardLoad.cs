using System.Globalization;

namespace Waverless.Crash.Node;

/// <summary>A counter behind a lock: none of the answered calls is missing from it.</summary>
internal sealed class GuardLoad : Load
{
    public override async Task VerifyAsync(HttpClient http)
    {
        // A lock that was held when the node ended must be free again.
        Assert.True(await Calls.PostAsync(http, "/guard/add", ""), "the lock stays held");
        Acknowledge(-Acknowledged.Count - 1);
        _others++;
        var count = long.Parse(
            await http.GetStringAsync("/guard/audit"),
            CultureInfo.InvariantCulture
        );
        Assert.InRange(count, Acknowledged.Count, Last + _others);
    }

    protected override Task<bool> CallAsync(HttpClient http, int id) =>
        Calls.PostAsync(http, "/guard/add", "");

    private int _others;
}
