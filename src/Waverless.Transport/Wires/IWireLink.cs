namespace Waverless.Transport.Wires;

/// <summary>Opens channels to one node.</summary>
internal interface IWireLink
{
    /// <exception cref="WireException">No channel can be opened.</exception>
    ValueTask<WireChannel> OpenAsync(CancellationToken ct);

    /// <summary>Ends all channels; never waits, never throws.</summary>
    void Abort();
}
