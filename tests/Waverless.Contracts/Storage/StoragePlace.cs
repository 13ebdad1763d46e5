using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>
/// Where an engine under test keeps its data: engines opened one after the other find what the
/// ones before them left.
/// </summary>
public abstract class StoragePlace : IAsyncDisposable
{
    /// <summary>The clock of the engines.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Opens an engine on this place.</summary>
    public abstract ValueTask<IStorageEngine> OpenAsync(
        ICommitListener listener,
        StorageContractLimits limits
    );

    public abstract ValueTask DisposeAsync();
}
