namespace Waverless.Transport.Joining;

/// <summary>A node did not get into the cluster; the message says why, as far as it is told.</summary>
public sealed class JoinException : IOException
{
    /// <summary>Joining failed.</summary>
    /// <param name="message">Why.</param>
    /// <param name="inner">What failed below.</param>
    public JoinException(string message, Exception? inner = null)
        : base(message, inner) { }
}
