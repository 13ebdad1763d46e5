namespace Waverless.Apps;

/// <summary>
/// Which version of which app is deployed. One writer at a time swaps an immutable snapshot;
/// readers never lock.
/// </summary>
internal sealed class AppCatalog
{
    private readonly Lock _writer = new();
    private CatalogSnapshot _current = CatalogSnapshot.Empty;

    public CatalogSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Puts a version in the place of the one before it, which is returned.</summary>
    public DeployedApp? Switch(DeployedApp app)
    {
        lock (_writer)
        {
            var before = _current;
            before.Apps.TryGetValue(app.Manifest.Name, out var replaced);
            Publish(before.With(app));
            return replaced;
        }
    }

    /// <summary>Takes an app out; null if it was not deployed.</summary>
    public DeployedApp? Remove(string name)
    {
        lock (_writer)
        {
            var before = _current;
            if (before.Apps.TryGetValue(name, out var removed))
            {
                Publish(before.Without(name));
            }

            return removed;
        }
    }

    private void Publish(CatalogSnapshot next)
    {
        Volatile.Write(ref _current, next);
        foreach (var app in next.Apps.Values)
        {
            foreach (var function in app.Functions.Values)
            {
                function.Reshare();
            }
        }
    }
}
