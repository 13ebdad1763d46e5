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
            var apps = before.Apps.Values.Where(other => other != replaced).Append(app);
            Publish(new CatalogSnapshot(before.Version + 1, apps));
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
                var apps = before.Apps.Values.Where(other => other != removed);
                Publish(new CatalogSnapshot(before.Version + 1, apps));
            }

            return removed;
        }
    }

    private void Publish(CatalogSnapshot next)
    {
        Volatile.Write(ref _current, next);
        foreach (var function in next.Apps.Values.SelectMany(app => app.Functions.Values))
        {
            function.Reshare();
        }
    }
}
