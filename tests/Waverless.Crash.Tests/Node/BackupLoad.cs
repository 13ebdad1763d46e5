namespace Waverless.Crash.Node;

/// <summary>Backups while everything else goes on; the store is whole after each crash.</summary>
internal sealed class BackupLoad(string folder) : Load
{
    public override async Task VerifyAsync(HttpClient http)
    {
        var integrity = await http.GetStringAsync("/integrity");
        Assert.Contains("IsSound = True", integrity, StringComparison.Ordinal);
        foreach (var id in Acknowledged)
        {
            var backup = Path.Combine(folder, "backups", $"{id}");
            Assert.True(File.Exists(Path.Combine(backup, "waverless-backup.json")), backup);
        }
    }

    protected override async Task<bool> CallAsync(HttpClient http, int id)
    {
        await Task.Delay(100);
        return await Calls.PostAsync(http, $"/backup?name={id}", "");
    }
}
