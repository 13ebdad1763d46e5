using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Waverless.Apps;
using Waverless.Kv;

namespace QuickStart;

/// <summary>Says in one line why a start failed, and what would help.</summary>
internal static class StartFailure
{
    /// <summary>The line; null for a defect, which deserves its stack trace.</summary>
    public static string? Explain(Exception e, QuickStartSettings settings) =>
        e switch
        {
            StorageException { Error: StorageError.FolderInUse } =>
                $"{e.Message}. Stop that process, or choose another folder with --data DIR.",
            IOException { InnerException: AddressInUseException } =>
                $"{settings.Urls} is in use by another process. Stop that process, or choose "
                    + "another port with --urls http://127.0.0.1:PORT.",
            SocketException => $"{settings.Urls} cannot be listened on: {e.Message}.",
            StorageException or AppRejectedException or OptionsValidationException => e.Message,
            IOException or UnauthorizedAccessException =>
                $"the data folder {settings.DataFolder} cannot be used: {e.Message}",
            _ => null,
        };
}
