using Waverless.CrashNode;
using Waverless.Diagnostics;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage;

// The node that crash tests kill. With --failpoints it lists the places where it can be made to
// end, one a line; else it keeps its data in --data and its backups in --backups.
if (args.Contains("--failpoints"))
{
    foreach (var name in Enum.GetNames<Failpoint>())
    {
        Console.WriteLine(name);
    }

    return;
}

var restore = Array.IndexOf(args, "--restore");
if (restore >= 0)
{
    // --restore BACKUP --data FOLDER: puts a backup in the place of the data, and ends.
    await WaverlessBackup.RestoreAsync(args[restore + 1], args[Array.IndexOf(args, "--data") + 1]);
    return;
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSingleton(TimeProvider.System);
var backups = builder.Configuration["backups"] ?? "backups";
builder.Services.AddWaverless(waverless =>
{
    waverless.Configure(options =>
    {
        options.DataFolder = builder.Configuration["data"];
        options.Durability = builder.Configuration.GetValue<StorageDurability>("durability");
    });
    Bank.AddTo(waverless);
    Mail.AddTo(waverless);
    Lease.AddTo(waverless);
    Guard.AddTo(waverless);
    Clock.AddTo(waverless);
    Album.AddTo(waverless);
});

await using var app = builder.Build();
app.MapWaverless();
app.MapPost(
    "/backup",
    async (string name, IStoreMaintenance store) =>
        $"{(await store.BackupAsync(Path.Combine(backups, name))).Files}"
);
app.MapGet("/integrity", async (IStoreMaintenance store) => (await store.VerifyAsync()).ToString());
app.MapPost(
    "/resume",
    async (ITriggerSwitch triggers) =>
    {
        await triggers.ResumeAsync();
        return "resumed";
    }
);
app.MapPost(
    "/locked-add",
    async ([FromKeyedServices("guard")] IKvStore store) => await Guard.AddByHostAsync(store)
);
app.MapGet(
    "/album-audit",
    async ([FromKeyedServices("album")] IKvStore store, IStorageEngine engine) =>
        await Album.AuditAsync(store, engine)
);
app.MapGet("/dead", DeadLetters.ListAsync);
await app.StartAsync();
Console.WriteLine($"listens on {app.Urls.First()}");
await app.WaitForShutdownAsync();
