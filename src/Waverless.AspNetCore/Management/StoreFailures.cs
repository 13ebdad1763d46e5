using Microsoft.AspNetCore.Http;
using Waverless.AspNetCore.Problems;
using Waverless.Kv;

namespace Waverless.AspNetCore.Management;

/// <summary>Failures of the store as answers.</summary>
internal static class StoreFailures
{
    /// <summary>The endpoint, which tells of a failure of the store in a problem.</summary>
    public static RequestDelegate Answered(RequestDelegate endpoint) =>
        async context =>
        {
            try
            {
                await endpoint(context);
            }
            catch (StorageException failure)
            {
                await ProblemWriter.WriteAsync(context, KindOf(failure), failure.Message);
            }
        };

    public static ProblemKind KindOf(StorageException failure) =>
        failure.Error == StorageError.Unavailable
            ? StatusTable.Unavailable
            : StatusTable.StorageFailed;
}
