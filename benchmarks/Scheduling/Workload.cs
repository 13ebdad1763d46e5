using System.Text.Json;

namespace Scheduling;

/// <summary>One file of benchmarks/Workloads; its README says what the fields are.</summary>
internal sealed record Workload(
    string Name,
    string What,
    ulong Seed,
    double Seconds,
    ClusterShape Cluster,
    FunctionShape[] Functions,
    ArrivalShape[] Arrivals
)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    public static Workload Read(string path) =>
        JsonSerializer.Deserialize<Workload>(File.ReadAllText(path), Options)
        ?? throw new InvalidDataException($"{path} holds no workload.");
}

internal sealed record ClusterShape(
    NodeShape[] Nodes,
    double RttMs,
    double MibPerSecond,
    double HeartbeatMs,
    int WarmAppsMax,
    double KeepWarmSeconds
)
{
    public double BytesPerMs => MibPerSecond * 1024 * 1024 / 1000;
}

internal sealed record NodeShape(int Count, int Slots, double Speed);

internal sealed record FunctionShape(
    string Name,
    RunShape RunMs,
    double ColdStartMs,
    double KvCalls,
    double KvBytes,
    int Copies = 1,
    double Zipf = 0,
    int Partitions = 0,
    double PartitionZipf = 0,
    NextShape[]? Next = null
)
{
    /// <summary>The mean of the lognormal distribution.</summary>
    public double MeanMs => RunMs.Median * Math.Exp(RunMs.Sigma * RunMs.Sigma / 2);
}

internal sealed record RunShape(double Median, double Sigma);

internal sealed record NextShape(string Function, int Times);

internal sealed record ArrivalShape(
    string Function,
    long Bytes,
    double PerSecond = 0,
    PhaseShape? On = null,
    PhaseShape? Off = null
);

internal sealed record PhaseShape(double PerSecond, double Seconds);
