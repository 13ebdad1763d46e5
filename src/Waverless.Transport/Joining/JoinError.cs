namespace Waverless.Transport.Joining;

/// <summary>Why a node did not get into the cluster.</summary>
public enum JoinError
{
    /// <summary>Nobody takes joins at the address. The token is as good as before.</summary>
    Unreachable,

    /// <summary>
    /// The cluster does not know the token, or its secret is wrong. The joining host's fault.
    /// </summary>
    WrongToken,

    /// <summary>The token was good, but is too old.</summary>
    ExpiredToken,

    /// <summary>Somebody has joined with the token before.</summary>
    UsedToken,

    /// <summary>Whoever answered is not of the token's cluster. Nothing was told to them.</summary>
    NotTrusted,

    /// <summary>The cluster gives out no more tokens until some expire.</summary>
    TooManyTokens,
}
