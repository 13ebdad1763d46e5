using System.Globalization;

namespace Waverless.Crash.Node;

/// <summary>
/// A counter behind a lock that functions and host code take: none of the answered calls is missing
/// from it.
/// </summary>
internal sealed class GuardLoad : Load
{
    // Calls of the checks themselves, all of them answered.
    private int _checks;

    public override async Task VerifyAsync(HttpClient http)
    {
        // A lock that was held when the node ended must be free again.
        Assert.True(await Calls.PostAsync(http, "/guard/add", ""), "the lock stays held");
        _checks++;
        var count = long.Parse(
            await http.GetStringAsync("/guard/audit"),
            CultureInfo.InvariantCulture
        );
        Assert.InRange(count, Acknowledged.Count + _checks, Last + _checks);
    }

    protected override Task<bool> CallAsync(HttpClient http, int id) =>
        Calls.PostAsync(http, id % 2 == 0 ? "/guard/add" : "/locked-add", "");
}
