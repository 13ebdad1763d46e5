using System.Globalization;

namespace Waverless.Crash.Node;

/// <summary>
/// Messages of which some fail at first and some always: all others arrive, and the hopeless ones,
/// and only those, end as dead letters.
/// </summary>
internal sealed class MailLoad : Load
{
    public override async Task VerifyAsync(HttpClient http)
    {
        await ExpectAsync(
            http,
            "/mail/audit",
            audit => Missing(Calls.Ids(audit.Split(';')[1]), id => id % 10 != 9)
        );
        var hopeless = Acknowledged.Count(id => id % 10 == 9);
        await ExpectAsync(
            http,
            "/dead",
            letters =>
            {
                var lines = letters.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                var others = lines.Where(line =>
                    !line.StartsWith("mail:", StringComparison.Ordinal)
                );
                Assert.Empty(others);
                return lines.Length >= hopeless
                    ? null
                    : $"{lines.Length} dead letters; expected at least {hopeless}";
            }
        );
    }

    protected override Task<bool> CallAsync(HttpClient http, int id) =>
        Calls.PostAsync(http, "/mail/send", id.ToString(CultureInfo.InvariantCulture));
}
