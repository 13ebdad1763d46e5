namespace Waverless.Transport.Identity;

/// <summary>
/// Gives the identity that new connections prove. A certificate that is renewed is picked up by
/// the next connection; those that stand go on. Thread-safe.
/// </summary>
public interface INodeIdentitySource
{
    /// <summary>The identity now. Its node and cluster never change.</summary>
    NodeIdentity Current { get; }
}
