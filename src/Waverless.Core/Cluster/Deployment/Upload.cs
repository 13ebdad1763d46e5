namespace Waverless.Cluster.Deployment;

/// <summary>One upload of a package whose deployment has not ended.</summary>
/// <param name="Hash">Of the package.</param>
/// <param name="Number">Tells it from later uploads of the same package.</param>
internal sealed record Upload(string Hash, ulong Number);
