using System.Globalization;

namespace Waverless.Crash.Node;

/// <summary>Keys that expire: the end of each starts its function, once.</summary>
internal sealed class LeaseLoad : Load
{
    public override Task VerifyAsync(HttpClient http) =>
        ExpectAsync(http, "/lease/audit", ended => Missing(Calls.Ids(ended)));

    protected override Task<bool> CallAsync(HttpClient http, int id) =>
        Calls.PostAsync(http, "/lease/grant", id.ToString(CultureInfo.InvariantCulture));
}
