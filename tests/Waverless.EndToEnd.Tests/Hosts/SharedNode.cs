[assembly: AssemblyFixture(typeof(Waverless.EndToEnd.Hosts.SharedNode))]

namespace Waverless.EndToEnd.Hosts;

/// <summary>
/// One node for all tests but those that overload it: what one test breaks, another one notices.
/// </summary>
public sealed class SharedNode : IAsyncLifetime
{
    private LiveNode? _node;

    internal LiveNode Node =>
        _node ?? throw new InvalidOperationException("The node has not started.");

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _node = await LiveNode.StartAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
