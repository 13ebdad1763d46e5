using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Waverless.Events;
using Waverless.Maintenance;

namespace Waverless.AspNetCore.Management;

/// <summary>What a node's store holds, and whether its events run, over HTTP.</summary>
internal sealed class StoreRoutes(NodeAccess node)
{
    private const string Triggers = "/_waverless/api/v1/triggers";
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] Get = [HttpMethods.Get];

    public void Map(IEndpointRouteBuilder routes, ManagementGuard guard)
    {
        void Route(string path, string[] methods, RequestDelegate endpoint) =>
            routes.MapMethods(path, methods, guard.Protect(StoreFailures.Answered(endpoint)));

        Route(Triggers, Get, AnswerTriggersAsync);
        Route(
            Triggers + "/pause",
            Post,
            async context =>
            {
                await node.Triggers.PauseAsync(context.RequestAborted);
                await AnswerTriggersAsync(context);
            }
        );
        Route(
            Triggers + "/resume",
            Post,
            async context =>
            {
                await node.Triggers.ResumeAsync(context.RequestAborted);
                await AnswerTriggersAsync(context);
            }
        );
        Route("/_waverless/api/v1/statistics", Get, AnswerStatisticsAsync);
    }

    private Task AnswerTriggersAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(
            context,
            json => json.WriteBoolean("paused", node.Triggers.ArePaused)
        );

    private async Task AnswerStatisticsAsync(HttpContext context)
    {
        var statistics = await node.Maintenance.GetStatisticsAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(context, json => Write(json, statistics));
    }

    private static void Write(Utf8JsonWriter json, StoreStatistics statistics)
    {
        json.WriteNumber("tableBytes", statistics.TableBytes);
        json.WriteNumber("logBytes", statistics.LogBytes);
        json.WriteNumber("memoryBytes", statistics.MemoryBytes);
        if (statistics.FreeDiskBytes is { } free)
        {
            json.WriteNumber("freeDiskBytes", free);
        }

        json.WriteStartArray("partitions");
        foreach (var partition in statistics.Partitions)
        {
            json.WriteStartObject();
            json.WriteString("app", partition.Id.App);
            json.WriteNumber("partition", partition.Id.Number);
            Write(json, "keys", partition.Keys);
            json.WriteStartObject("events");
            foreach (var (state, size) in partition.Events.OrderBy(item => item.Key))
            {
                Write(json, Name(state), size);
            }

            json.WriteEndObject();
            Write(json, "changeLog", partition.ChangeLog.Size);
            json.WriteNumber("revision", partition.ChangeLog.Last);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, SizeEstimate size)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", size.Count);
        json.WriteNumber("bytes", size.Bytes);
        json.WriteBoolean("exact", size.IsExact);
        json.WriteEndObject();
    }

    private static string Name(EventState state) =>
        JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}
