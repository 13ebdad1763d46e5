using System.Globalization;

namespace Waverless.Crash.Node;

/// <summary>Blobs that replace each other: each is whole, none is lost, and none is left over.</summary>
internal sealed class AlbumLoad : Load
{
    private const int Slots = 4;

    public override Task VerifyAsync(HttpClient http) =>
        ExpectAsync(
            http,
            "/album-audit",
            audit =>
            {
                var parts = audit.Split(';');
                Assert.DoesNotContain("torn", parts[0], StringComparison.Ordinal);
                var bySlot = Calls.Ids(parts[0]).ToDictionary(id => id % Slots);
                foreach (var slot in Acknowledged.GroupBy(id => id % Slots))
                {
                    // One that nobody heard of may have come after it.
                    Assert.InRange(bySlot.GetValueOrDefault(slot.Key), slot.Max(), Last);
                }

                return parts[1] == "0" ? null : $"{parts[1]} blobs that nobody has";
            }
        );

    protected override Task<bool> CallAsync(HttpClient http, int id) =>
        Calls.PostAsync(http, "/album/put", id.ToString(CultureInfo.InvariantCulture));
}
