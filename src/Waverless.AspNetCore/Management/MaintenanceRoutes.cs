using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Waverless.AspNetCore.Problems;
using Waverless.Kv;
using Waverless.Maintenance;

namespace Waverless.AspNetCore.Management;

/// <summary>Integrity checks and backups of a node's store over HTTP, one of each at a time.</summary>
internal sealed class MaintenanceRoutes(
    NodeAccess node,
    WaverlessHttpOptions options,
    TimeProvider time
)
{
    private static readonly string[] Post = [HttpMethods.Post];

    private readonly string? _backupFolder = options.BackupFolder;
    private int _checks;
    private int _backups;

    public void Map(IEndpointRouteBuilder routes, ManagementGuard guard)
    {
        routes.MapMethods(
            "/_waverless/api/v1/integrity-check",
            Post,
            guard.Protect(
                StoreFailures.Answered(async context =>
                {
                    try
                    {
                        await CheckAsync(context, Interlocked.Increment(ref _checks));
                    }
                    finally
                    {
                        Interlocked.Decrement(ref _checks);
                    }
                })
            )
        );
        routes.MapMethods(
            "/_waverless/api/v1/backups",
            Post,
            guard.Protect(async context =>
            {
                try
                {
                    await BackUpAsync(context, Interlocked.Increment(ref _backups));
                }
                finally
                {
                    Interlocked.Decrement(ref _backups);
                }
            })
        );
    }

    private async Task CheckAsync(HttpContext context, int count)
    {
        if (count > 1)
        {
            await BusyAsync(context, "An integrity check");
            return;
        }

        var report = await node.Maintenance.VerifyAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(
            context,
            json =>
            {
                json.WriteBoolean("sound", report.IsSound);
                json.WriteNumber("partitions", report.Partitions);
                json.WriteNumber("records", report.Records);
                json.WriteNumber("bytes", report.Bytes);
                json.WriteNumber("defectCount", report.DefectCount);
                json.WriteStartArray("defects");
                foreach (var defect in report.Defects)
                {
                    json.WriteStringValue(defect);
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task BackUpAsync(HttpContext context, int count)
    {
        if (_backupFolder is null)
        {
            await ProblemWriter.WriteAsync(
                context,
                StatusTable.BackupsOff,
                "No folder for backups is set; expected WaverlessHttpOptions.BackupFolder."
            );
            return;
        }

        var name = context.Request.Query["name"].ToString();
        name = name.Length > 0 ? name : BackupName.Of(time.GetUtcNow());
        if (BackupName.Refuse(name) is { } why)
        {
            await ProblemWriter.WriteAsync(context, StatusTable.BadRequest, why);
        }
        else if (count > 1)
        {
            await BusyAsync(context, "A backup");
        }
        else
        {
            await BackUpAsync(context, _backupFolder, name);
        }
    }

    private async Task BackUpAsync(HttpContext context, string parent, string name)
    {
        try
        {
            Directory.CreateDirectory(parent);
            var report = await node.Maintenance.BackupAsync(
                Path.Combine(Path.GetFullPath(parent), name),
                context.RequestAborted
            );
            await AnswerAsync(context, report, name);
        }
        catch (StorageException failure)
        {
            var kind = failure.Error switch
            {
                StorageError.FolderUnusable => StatusTable.BackupRefused,
                StorageError.Unsupported => StatusTable.BackupsOff,
                _ => StoreFailures.KindOf(failure),
            };
            await ProblemWriter.WriteAsync(context, kind, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var kind = DiskErrors.IsFull(failure)
                ? StatusTable.StorageFull
                : StatusTable.BackupRefused;
            await ProblemWriter.WriteAsync(context, kind, failure.Message);
        }
    }

    private static Task AnswerAsync(HttpContext context, BackupReport report, string name) =>
        JsonAnswer.WriteAsync(
            context,
            json =>
            {
                json.WriteString("name", name);
                json.WriteString("folder", report.Folder);
                json.WriteString(
                    "created",
                    report.CreatedUtc.ToString("O", CultureInfo.InvariantCulture)
                );
                json.WriteNumber("incarnation", report.Incarnation);
                json.WriteNumber("files", report.Files);
                json.WriteNumber("bytes", report.Bytes);
                json.WriteStartArray("partitions");
                foreach (var partition in report.Partitions)
                {
                    json.WriteStartObject();
                    json.WriteString("app", partition.Id.App);
                    json.WriteNumber("partition", partition.Id.Number);
                    json.WriteNumber("revision", partition.Revision);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );

    private static Task BusyAsync(HttpContext context, string what) =>
        ProblemWriter.WriteAsync(
            context,
            StatusTable.MaintenanceBusy,
            what + " is running; expected one at a time."
        );
}
