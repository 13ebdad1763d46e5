using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.AspNetCore.Functions;
using Waverless.AspNetCore.Problems;
using Waverless.Kv;

namespace Waverless.AspNetCore.Management;

/// <summary>
/// <c>POST /appmgmt/upload_app</c>: deploys or replaces apps while traffic runs. The apps of one
/// upload are deployed one after the other; the first that is rejected ends it.
/// </summary>
internal sealed class UploadEndpoint(WaverlessHttpOptions options, NodeAccess node, ILogger logger)
{
    private readonly UploadReader _reader = new(options.UploadBytesMax, options.Packages);
    private readonly int _uploadsMax = options.UploadsMax;
    private int _uploads;

    public async Task InvokeAsync(HttpContext context)
    {
        RequestBody.LiftServerLimit(context);
        try
        {
            if (Interlocked.Increment(ref _uploads) <= _uploadsMax)
            {
                await UploadAsync(context);
                return;
            }

            await ProblemWriter.WriteAsync(
                context,
                StatusTable.Overloaded,
                $"{_uploadsMax} uploads are under way, the most at once; try again later."
            );
        }
        finally
        {
            Interlocked.Decrement(ref _uploads);
        }
    }

    private async Task UploadAsync(HttpContext context)
    {
        var deployed = new List<AppPackage>();
        try
        {
            var packages = await _reader.ReadAsync(context.Request, context.RequestAborted);
            foreach (var package in packages)
            {
                await InstallAsync(package);
                deployed.Add(package);
            }

            await AnswerAsync(context, deployed);
        }
        catch (UploadException broken)
        {
            await RejectAsync(context, broken.Problem, deployed);
        }
        catch (AppRejectedException rejection)
        {
            await RejectAsync(context, Problem.From(rejection), deployed);
        }
        catch (StorageException failure)
        {
            var problem = new Problem(StoreFailures.KindOf(failure), failure.Message);
            await RejectAsync(context, problem, deployed);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusTable.Cancelled.Status;
        }
    }

    private async Task InstallAsync(AppPackage package)
    {
        var app = package.Manifest.Name;
        try
        {
            // Once it is here, it is deployed and kept, whether or not the caller waits.
            await node.Installer.InstallAsync(package, CancellationToken.None);
            Log.Uploaded(logger, app, package.ContentHash);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.PackageNotKept(logger, failure, app);
            throw new UploadException(
                new Problem(
                    DiskErrors.IsFull(failure)
                        ? StatusTable.StorageFull
                        : StatusTable.StorageFailed,
                    $"The package of '{app}' could not be written to the data folder; "
                        + "the log says why."
                )
                {
                    App = app,
                },
                failure
            );
        }
    }

    private Task RejectAsync(HttpContext context, Problem problem, List<AppPackage> deployed)
    {
        Log.UploadRejected(logger, problem.Detail);
        return ProblemWriter.WriteAsync(
            context,
            problem with
            {
                Deployed = [.. deployed.Select(package => package.Manifest.Name)],
            }
        );
    }

    private static Task AnswerAsync(HttpContext context, List<AppPackage> deployed)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body, WireJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("apps");
            foreach (var package in deployed)
            {
                json.WriteStartObject();
                json.WriteString("app", package.Manifest.Name);
                json.WriteString("version", package.ContentHash);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return FunctionAnswer.WriteAsync(context, body.WrittenMemory, MediaType.Json);
    }
}
