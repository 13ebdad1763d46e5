using System.Globalization;

namespace Waverless.Crash.Node;

/// <summary>Timers that are set with data: each rings, once.</summary>
internal sealed class ClockLoad : Load
{
    public override Task VerifyAsync(HttpClient http) =>
        ExpectAsync(http, "/clock/audit", rung => Missing(Calls.Ids(rung)));

    protected override Task<bool> CallAsync(HttpClient http, int id) =>
        Calls.PostAsync(http, "/clock/set", id.ToString(CultureInfo.InvariantCulture));
}
