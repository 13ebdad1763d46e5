using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Wasm;

/// <summary>What this package logs. Event ids 5000 to 5099.</summary>
[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(
        5000,
        LogLevel.Information,
        "Wasm engine ready: {Slots} instance slots of {SlotMiB} MiB address space."
    )]
    internal static partial void EngineReady(ILogger logger, int slots, ulong slotMiB);

    [LoggerMessage(
        5001,
        LogLevel.Warning,
        "Wasm engine without a pool: this process cannot reserve address space for even {Slots} "
            + "instances; memory is allocated on demand and fresh instances are slower."
    )]
    internal static partial void EngineWithoutPool(ILogger logger, int slots);

    [LoggerMessage(
        5002,
        LogLevel.Warning,
        "The compiled module cache entry {File} is unusable ({Reason}); the module compiles anew."
    )]
    internal static partial void CacheEntryUnusable(ILogger logger, string file, string reason);

    [LoggerMessage(
        5003,
        LogLevel.Warning,
        "The compiled module cache {Folder} is out of use ({Reason}); modules compile each time."
    )]
    internal static partial void CacheUnusable(ILogger logger, string folder, string reason);
}
