namespace Waverless.Transport.Joining;

/// <summary>
/// Keeps the tokens that have been given out, used ones until they expire. Thread-safe.
/// </summary>
public interface IJoinTokenStore
{
    /// <summary>Keeps a token; false: too many are kept.</summary>
    /// <param name="token">The token.</param>
    /// <param name="ct">Gives up.</param>
    ValueTask<bool> TryAddAsync(JoinTokenRecord token, CancellationToken ct);

    /// <summary>A token that is kept; null: there is none of this name.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="ct">Gives up.</param>
    ValueTask<JoinTokenRecord?> FindAsync(string id, CancellationToken ct);

    /// <summary>
    /// Uses a token up; true for exactly one caller, cluster-wide: only that one may go on.
    /// </summary>
    /// <param name="id">Its name.</param>
    /// <param name="ct">Gives up.</param>
    ValueTask<bool> TryTakeAsync(string id, CancellationToken ct);
}
