namespace Waverless.Cluster.Loads;

/// <summary>How much of its machine a process uses.</summary>
/// <param name="Cpu">Share of the processors, 0 to 1.</param>
/// <param name="Memory">Share of the memory that it may use, 0 to 1.</param>
internal readonly record struct NodeUsage(float Cpu, float Memory);
