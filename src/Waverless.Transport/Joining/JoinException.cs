namespace Waverless.Transport.Joining;

/// <summary>A node did not get into the cluster; the message says why, as far as it is told.</summary>
public sealed class JoinException : IOException
{
    /// <summary>Joining failed.</summary>
    /// <param name="error">Why.</param>
    /// <param name="message">The same, for people.</param>
    /// <param name="inner">What failed below.</param>
    public JoinException(JoinError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>Why.</summary>
    public JoinError Error { get; }
}
